import { ApplicationFailure } from '@temporalio/common';
import type { GrafanaDatabase } from '../../../src/contract/grafana';
import type { SavedRecord } from '../../../src/contract/records';
import { textsOf } from '../run';
import { LEFT_OUT, useStubWorker } from '../server';
import { HEALTHY, HOST, RECORD, SURVEY } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const MIMIR_RECORD = 'mimir.example.com';
const DATABASE: GrafanaDatabase = { instanceId: HOST, path: '/data/grafana.db' };
const COPY = 'fs-0123456789abcdef0:/lgtm-grafana/grafana.db';
const MOVE = {
  grafana: {
    database: 'move',
    target: { efs: 'fs-0123456789abcdef0' },
  },
};
const FEWER = {
  dashboards: 1,
  users: 2,
  dataSources: 2,
  alertRules: 1,
};
const EDIT = {
  kind: 'dashboard',
  name: 'Orders',
  change: 'changed',
  by: 'kim',
  at: null,
} as const;

/** A world in which Grafana keeps SQLite on the host. */
function createWorld(records: SavedRecord[] = SURVEY.records): World {
  return new World({
    runPreflight: async () => ({
      ...SURVEY,
      records,
      grafana: DATABASE,
    }),
  });
}

test.concurrent('Grafana goes from 0 to 100 in one announced step, with nobody writing meanwhile', async () => {
  const world = createWorld();
  const run = await runWorkflow({
    world,
    plan: { ...MOVE, decommission: { approveStop: true } },
  });
  const status = await run.untilApprovalOf(`stop ${HOST}`);
  expect(status.steps.map(({ state }) => state)).toEqual(['skipped', 'skipped', 'done']);
  expect(status.steps.at(-1)!.reason).toMatch(/^grafana\.example\.com will go from 0 to 100 % in one step, the last/);
  const order = world.orderOf('lockGrafana', 'scaleService', 'copyGrafana', 'countGrafana', 'setWeight');
  expect(order).toEqual(['lockGrafana', 'scaleService', 'copyGrafana', 'scaleService', 'countGrafana', 'setWeight']);
  expect(world.inputsOf('scaleService').map(({ service, count }) => `${service} ${count}`)).toEqual([
    'grafana 0',
    'grafana 1',
  ]);
  expect(world.inputsOf('setWeight')).toMatchObject([
    {
      from: 0,
      to: 100,
      stood: { [RECORD]: 0 },
    },
  ]);
  const target = {
    fileSystem: 'fs-0123456789abcdef0',
    directory: '/lgtm-grafana',
  };
  expect(world.inputsOf('prepareGrafanaFolder')).toEqual([{ ...DATABASE, target }]);
  expect(status.data!.grafana).toMatchObject({
    to: COPY,
    edits: { total: 0, listed: [] },
  });
});

test.concurrent('other names go on by weights while Grafana waits for the last step', async () => {
  const [grafana] = SURVEY.records;
  const mimir = {
    name: MIMIR_RECORD,
    original: {
      ...grafana!.original,
      name: MIMIR_RECORD,
    },
  };
  const world = createWorld([grafana!, mimir]);
  const records = [
    {
      name: RECORD,
      service: 'grafana',
    },
    {
      name: MIMIR_RECORD,
      service: 'mimir',
    },
  ];
  const services = { ...LEFT_OUT, mimir: { expose: { public: true } } };
  const run = await runWorkflow({
    world,
    plan: { ...MOVE, records, services, decommission: { approveStop: true } },
  });
  await run.untilApprovalOf(`stop ${HOST}`);
  const moves = world.inputsOf('setWeight').map(({ to, records: moved }) => [to, moved.map(({ name }) => name)]);
  expect(moves).toEqual([
    [10, [MIMIR_RECORD]],
    [50, [MIMIR_RECORD]],
    [100, [RECORD, MIMIR_RECORD]],
  ]);
});

test.concurrent('the one step is approved before it begins, where the plan wants approvals', async () => {
  const world = createWorld();
  const run = await runWorkflow({
    world,
    plan: { ...MOVE, shift: { approval: true } },
  });
  const { waitingFor } = await run.untilApprovalOf('0 → 100 %');
  expect(waitingFor!.reason).toMatch(/^Grafana moves in one step, its database with it/);
  expect(world.names).not.toContain('lockGrafana');
  await run.say('approve');
  await run.untilAsked('setWeight');
});

test.concurrent.each(['lockGrafana', 'scaleService', 'copyGrafana', 'countGrafana'] as const)(
  'a failure of %s holds at 0 %, and after an abort the old Grafana takes edits again',
  async (name) => {
    const world = createWorld();
    world.break(name, 'no room');
    const run = await runWorkflow({
      world,
      plan: MOVE,
    });
    expect(await run.untilRetryOf("moving Grafana's database")).toMatchObject({
      waitingFor: { reason: 'no room' },
      weight: 0,
    });
    world.fix(name);
    await run.say('abort');
    await run.endedAs('rolled-back');
    expect(world.inputsOf('unlockGrafana')).toEqual([DATABASE]);
  },
);

test.concurrent('a copy that differs and a Grafana that has less hold, and a retry copies again', async () => {
  const world = createWorld();
  world.answers.copyGrafana = async (input) => ({
    ...(await HEALTHY.copyGrafana(input)),
    equal: false,
    copySha256: 'b'.repeat(64),
  });
  const run = await runWorkflow({
    world,
    plan: { ...MOVE, decommission: { approveStop: true } },
  });
  const differs = await run.untilRetryOf();
  expect(differs.waitingFor!.reason).toMatch(/^the copy of \/data\/grafana\.db has sha256 b{64}, the database a{64};/);

  delete world.answers.copyGrafana;
  world.answers.countGrafana = async () => ({ counts: FEWER });
  await run.say('retry');
  const lost = await run.until('the second hold', ({ waitingFor }) => Boolean(waitingFor?.reason?.includes('the new')));
  expect(lost.waitingFor!.reason).toMatch(/^the new Grafana has 1 dashboards.*, the old one 2 dashboards/);
  expect(world.names).not.toContain('setWeight');

  delete world.answers.countGrafana;
  await run.say('retry');
  await run.untilApprovalOf(`stop ${HOST}`);
  expect(world.inputsOf('copyGrafana')).toHaveLength(3);
});

test.concurrent(
  'what was edited on ECS is listed once nobody can add to it, then the old one takes edits',
  async () => {
    const world = createWorld();
    world.answers.listGrafanaEdits = async () => ({ counts: FEWER, total: 1, edits: [EDIT], oldUnchanged: false });
    const run = await runWorkflow({
      world,
      plan: { ...MOVE, decommission: { approveStop: true } },
    });
    await run.untilApprovalOf(`stop ${HOST}`);
    await run.say('rollback');
    const { data, events, leftovers } = await run.ended();
    expect([leftovers, data!.grafana!.edits]).toEqual([[], { total: 1, listed: [EDIT] }]);
    const texts = textsOf(events);
    expect(texts).toContain(`only in ${COPY}: dashboard "Orders" changed by kim`);
    expect(texts).toContain('the database on the host is not as it was when it was copied: somebody wrote to it since');
    const order = world.orderOf('restoreTraffic', 'scaleService', 'listGrafanaEdits', 'unlockGrafana');
    expect(order.slice(-5)).toEqual([
      'restoreTraffic',
      'scaleService',
      'scaleService',
      'listGrafanaEdits',
      'unlockGrafana',
    ]);
  },
);

test.concurrent('whoever saves on the host waits for no other service that can not be stopped', async () => {
  const world = createWorld();
  const run = await runWorkflow({
    world,
    plan: {
      ...MOVE,
      decommission: {
        approveStop: true,
      },
    },
  });
  await run.untilApprovalOf(`stop ${HOST}`);
  const denied = ApplicationFailure.nonRetryable('ecs:UpdateService is denied', 'AccessDenied');
  world.answers.scaleService = async ({ service }) => {
    if (service === 'mimir') throw denied;
    return { before: 1 };
  };
  await run.say('rollback');
  await run.untilWaitsFor('host', 'scale mimir to 0');
  await run.untilAsked('unlockGrafana');
  delete world.answers.scaleService;
  await run.say('retry');
  await run.endedAs('rolled-back');
});

test.concurrent('edits that can not be listed are told before the stop and hold nothing up', async () => {
  const world = createWorld();
  world.break('listGrafanaEdits', 'no agent');
  const run = await runWorkflow({
    world,
    plan: { ...MOVE, decommission: { approveStop: true } },
  });
  const { events } = await run.untilApprovalOf(`stop ${HOST}`);
  const told = "what a way back would lose of Grafana's edits is unknown: no agent";
  expect(textsOf(events)).toContain(told);
});

test.concurrent("into somebody's own database the copy is imported by hand, and an approval says so", async () => {
  const world = createWorld();
  const grafana = { database: 'move', target: { database: 'postgres' } };
  const environment = { GF_DATABASE_TYPE: 'postgres', GF_DATABASE_HOST: 'db.example.com:5432' };
  const services = { ...LEFT_OUT, grafana: { environment } };
  const run = await runWorkflow({
    world,
    plan: { grafana, services, decommission: { approveStop: true } },
  });
  const { waitingFor, weight } = await run.untilApprovalOf("Grafana's data is in db.example.com:5432");
  expect(weight).toBe(0);
  expect(waitingFor!.reason).toMatch(/^import lgtm-migrate-import\.db, beside \/data\/grafana\.db on i-\w+, into db/);
  expect(world.listOf('scaleService', 'count')).toEqual([0]);
  await run.say('approve');
  const { data } = await run.untilApprovalOf(`stop ${HOST}`);
  expect(data!.grafana).toMatchObject({
    after: null,
    edits: null,
  });
  await run.say('abort');
  const { events } = await run.ended();
  const texts = textsOf(events);
  expect(texts).toContainEqual(
    expect.stringMatching(/^what was edited in db\.example\.com:5432 since the copy is not/),
  );
  expect(world.names).not.toContain('listGrafanaEdits');
});

test.concurrent('a database that preflight has not found holds before any weight', async () => {
  const run = await runWorkflow({
    plan: MOVE,
  });
  const { waitingFor, weight } = await run.untilRetryOf("moving Grafana's database");
  const why = "Grafana's database was not found on a host; abort, and see preflight";
  expect([waitingFor!.reason, weight]).toEqual([why, 0]);
});
