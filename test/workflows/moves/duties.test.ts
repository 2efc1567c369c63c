import { textsOf } from '../run';
import { LEFT_OUT, useStubWorker } from '../server';
import { HOST, SURVEY } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const ONE_STEP = {
  shift: { weights: [100] },
  decommission: {
    approveStop: false,
    approveTerminate: true,
  },
};
const WITH_ALLOY = {
  loki: null,
  tempo: null,
  pyroscope: null,
};
const DUAL_WRITE = {
  ...ONE_STEP,
  services: WITH_ALLOY,
  ingestion: { dualWrite: true },
};

/** Definitions get a revision of their own, each time that one is registered. */
function countRevisions(): World {
  const revisions: Record<string, number> = {};
  return new World({
    ensureTaskDefinition: async ({ family }) => {
      const revision = (revisions[family] = (revisions[family] ?? 0) + 1);
      return {
        id: `${family}:${revision}`,
        ownership: 'created',
      };
    },
  });
}

test.concurrent(
  'duties go over once the containers of the hosts have stopped, while the instances go off',
  async () => {
    const world = countRevisions();
    const run = await runWorkflow({
      world,
      plan: ONE_STEP,
    });
    const { events } = await run.untilApprovalOf('point of no return');
    const order = world.orderOf('stopStack', 'scaleService', 'createBackup');
    expect(order).toEqual(['stopStack', 'scaleService', 'scaleService', 'createBackup']);
    const moved = world
      .inputsOf('scaleService')
      .map(({ service, count, taskDefinition }) => [service, count, taskDefinition]);
    expect(moved.sort()).toEqual([
      ['grafana', 1, 'lgtm-grafana:2'],
      ['mimir', 3, 'lgtm-mimir:2'],
    ]);
    expect(world.copies.map(({ copyOf, switches }) => [copyOf, switches]).sort()).toEqual([
      ['lgtm-grafana:1', { ALERTING: 'on' }],
      ['lgtm-mimir:1', { COMPACTOR: 'on', RULER: 'on' }],
    ]);
    expect(textsOf(events)).toContain('mimir, grafana: duties of the hosts taken over');
  },
);

test.concurrent('a service none of whose tasks stays while it is replaced is not judged meanwhile', async () => {
  const world = countRevisions();
  const run = await runWorkflow({
    world,
    plan: {
      ...ONE_STEP,
      services: {
        ...LEFT_OUT,
        tempo: {},
      },
    },
  });
  await run.untilApprovalOf('point of no return');
  const watched = world.inputsOf('watchSignals').map(({ services }) => services.find(({ name }) => name === 'tempo'));
  const [before, meanwhile, after] = [watched[0], watched.slice(1, -1), watched.at(-1)];
  expect(before).toMatchObject({ count: 1 });
  expect(before!.since).toBeUndefined();
  expect(meanwhile).toContain(undefined);
  expect(after!.since).toBeGreaterThan(Date.parse('2026-01-01'));
});

test.concurrent('duties that can not be taken over hold, measured, and a retry goes on', async () => {
  const world = countRevisions();
  world.break('scaleService', 'NotSteady: mimir');
  const run = await runWorkflow({
    world,
    plan: ONE_STEP,
  });
  const { waitingFor } = await run.untilRetryOf('taking the duties over');
  expect(waitingFor!.reason).toBe('NotSteady: mimir');
  await run.untilJudged('passing');
  world.fix('scaleService');
  await run.say('retry');
  await run.untilApprovalOf('point of no return');
});

test.concurrent(
  'on the way back duties go off when users are on the host; what can not run without them is stopped',
  async () => {
    const world = countRevisions();
    const run = await runWorkflow({
      world,
      plan: ONE_STEP,
    });
    await run.untilApprovalOf('point of no return');
    const taken = world.calls.length;
    world.break('awaitSteadyState', 'NotSteady: it crashes');
    await run.say('rollback');
    const { events } = await run.endedAs('rolled-back');
    const back = world.calls.slice(taken).map(({ name }) => name);
    expect(back.indexOf('scaleService')).toBeGreaterThan(back.indexOf('restoreTraffic'));
    expect(textsOf(events).some((text) => text.startsWith('for some minutes both sides compact'))).toBe(true);
    const scaled = world.inputsOf('scaleService').slice(2, 6);
    expect(scaled.map(({ service, count, taskDefinition }) => `${service} ${count} ${taskDefinition}`).sort()).toEqual([
      'grafana 0 undefined',
      'grafana 1 lgtm-grafana:1',
      'mimir 0 undefined',
      'mimir 3 lgtm-mimir:1',
    ]);
    expect(textsOf(events)).toContain('mimir to 0: NotSteady: it crashes');
  },
);

test.concurrent(
  'the collector writes to both sides while the hosts run, and to this one alone as the last of all',
  async () => {
    const world = countRevisions();
    const run = await runWorkflow({
      world,
      plan: DUAL_WRITE,
    });
    await run.untilApprovalOf('point of no return');
    const alloy = world.definitions.find(({ service }) => service === 'alloy');
    expect(alloy?.environment).toMatchObject({
      DUAL_WRITE: 'on',
      OLD_HOST: SURVEY.hosts[0]!.privateIp,
    });
    expect(world.copies.at(-1)).toMatchObject({
      copyOf: 'lgtm-alloy-collector:1',
      switches: {
        DUAL_WRITE: 'off',
        OLD_HOST: null,
      },
    });
    const moved = world.listOf('scaleService', 'service');
    expect(moved.at(-1)).toBe('alloy');
    expect(world.inputsOf('listConnections')[0]!.writer).toEqual({
      cluster: 'lgtm-cluster',
      service: 'alloy',
    });

    await run.say('rollback');
    const { rollback } = await run.ended();
    const steps = rollback!.steps.map(({ what }) => what);
    expect(steps.slice(0, 3)).toEqual([
      `start ${HOST} and its containers`,
      'alloy writes to the old host again',
      'all traffic to the host',
    ]);
  },
);

test.concurrent('users are not kept for long by a collector that does not get steady', async () => {
  const world = countRevisions();
  const run = await runWorkflow({
    world,
    plan: DUAL_WRITE,
  });
  await run.untilApprovalOf('point of no return');
  const steady = new Gate();
  world.answers.awaitSteadyState = async ({ service, count }) => {
    if (service === 'alloy') await steady.pass();
    return {
      running: count,
      seconds: 1,
    };
  };
  await run.say('rollback');
  await run.untilTold('alloy writes to the old host again: not done yet, and users are not kept waiting for it');
  await run.untilAsked('restoreTraffic');
  await run.until('the duties', () => world.listOf('scaleService', 'taskDefinition').includes('lgtm-mimir:1'));
  expect(world.listOf('scaleService', 'count')).not.toContain(0);
  steady.open();
  await run.endedAs('rolled-back');
});

test.concurrent('an end of the dual write that fails holds, measured, and a retry goes on', async () => {
  const world = countRevisions();
  const run = await runWorkflow({
    world,
    plan: {
      ...DUAL_WRITE,
      services: {
        ...WITH_ALLOY,
        mimir: null,
      },
    },
  });
  world.answers.scaleService = async ({ service }) => {
    if (service === 'alloy') world.break('awaitSteadyState', 'NotSteady: alloy');
    return { before: 1 };
  };
  await run.untilRetryOf('ending the dual write');
  delete world.answers.scaleService;
  world.fix('awaitSteadyState');
  await run.say('retry');
  const { events } = await run.untilApprovalOf('point of no return');
  expect(textsOf(events)).toContain('alloy: writes to this stack alone');
});

test.concurrent(
  'nobody writes to an old host whose address nobody knows: the deploy holds with the key to set',
  async () => {
    const hosts = [{ ...SURVEY.hosts[0]! }];
    delete hosts[0]!.privateIp;
    const world = new World({
      runPreflight: async () => ({
        ...SURVEY,
        hosts,
      }),
    });
    const run = await runWorkflow({
      world,
      plan: DUAL_WRITE,
    });
    const { waitingFor } = await run.untilRetryOf('deploy');
    const why = `ingestion.dualWrite is on and ${HOST} has no private address; set ingestion.oldHost`;
    expect(waitingFor!.reason).toBe(why);
  },
);
