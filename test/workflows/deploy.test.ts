import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityName } from '../../src/contract/activities';
import type { Phase } from '../../src/contract/status';
import { STOP_SUMMARY } from '../../src/workflows/deployments';
import { useStubWorkers } from './server';
import { textsOf, type Run } from './run';
import { HEALTHY } from './stubs';
import { Gate, World } from './world';

const { deploy, migrate } = useStubWorkers();

const MIMIR = { services: ['mimir'] };
const RUNS = 'arn:aws:ecs:task-definition/lgtm-mimir:1';

/** Fails for what a deployment has registered, and not for what ran before. */
function failForNew(
  { answers }: World,
  name: 'scaleService' | 'awaitSteadyState',
  message: string,
  service?: string,
): void {
  const healthy = HEALTHY[name] as (input: { service: string; taskDefinition?: string }) => Promise<never>;
  answers[name] = async (input: { service: string; taskDefinition?: string }) => {
    const isNew = !input.taskDefinition?.startsWith('arn:');
    const isMeant = service === undefined || service === input.service;
    if (isNew && isMeant) throw ApplicationFailure.nonRetryable(message, 'Broken');
    return healthy(input);
  };
}

/** A stack of its own: its runs see each other, and no others. */
const nameStack = () => ({ name: `lgtm-${randomUUID().slice(0, 8)}` });

test.concurrent(
  'a deployment builds, registers, updates, waits, verifies and bakes, and says what it changed',
  async () => {
    const world = new World();
    const run = await deploy({ world, asked: MIMIR });
    const ended = await run.endedAs('completed');
    expect(ended.kind).toBe('deployment');
    expect(ended.phases.map(({ phase, state }) => `${phase} ${state}`)).toEqual([
      'check done',
      'images done',
      'register done',
      'update done',
      'steady done',
      'verify done',
      'bake done',
    ]);
    expect(ended.deployment?.services).toMatchObject([{ service: 'mimir', from: 'lgtm-mimir:1', to: 'lgtm-mimir:1' }]);
    expect(world.inputsOf('scaleService')).toMatchObject([{ service: 'mimir', count: 3 }]);
    expect(
      world.orderOf('resolveImage', 'ensureTaskDefinition', 'scaleService', 'awaitSteadyState', 'verifyService'),
    ).toEqual(['resolveImage', 'ensureTaskDefinition', 'scaleService', 'awaitSteadyState', 'verifyService']);
  },
);

test.concurrent('what would not change is left alone, and a deployment of nothing ends well at once', async () => {
  const world = new World({ compareDefinition: async () => ({ changes: [] }) });
  const run = await deploy({ world });
  const ended = await run.endedAs('completed');
  expect(textsOf(ended.events)).toContain('nothing to deploy: mimir, grafana would run what runs already');
  expect(ended.phases.find(({ phase }) => phase === 'bake')).toMatchObject({ state: 'skipped' });
  expect(world.inputsOf('ensureTaskDefinition')).toEqual([]);
  expect(world.inputsOf('scaleService')).toEqual([]);
});

test.concurrent(
  'a service that does not become steady goes back to what it ran, and its revision is deregistered',
  async () => {
    const world = new World();
    failForNew(world, 'awaitSteadyState', 'mimir does not become steady: a task ended');
    const run = await deploy({ world, asked: MIMIR });
    const ended = await run.endedAs('rolled-back');
    expect(ended.rollback?.reason).toBe('mimir does not become steady: a task ended');
    expect(world.listOf('scaleService', 'taskDefinition')).toEqual(['lgtm-mimir:1', RUNS]);
    expect(world.listOf('removeTaskDefinition', 'family')).toEqual(['lgtm-mimir']);
  },
);

/** Where a deployment fails, and the phase that it fails in. */
const FAILURES: [ActivityName, Phase][] = [
  ['findStack', 'check'],
  ['resolveImage', 'images'],
  ['awaitScan', 'images'],
  ['compareDefinition', 'register'],
  ['ensureTaskDefinition', 'register'],
  ['verifyService', 'verify'],
  ['checkRings', 'verify'],
];

test.concurrent.each(FAILURES)('where %s fails, %s does, and what ran runs', async (name, phase) => {
  const world = World.brokenAt(name, `${name} is denied`);
  const run = await deploy({ world, asked: MIMIR });
  const ended = await run.endedAs('rolled-back');
  expect(ended.rollback?.reason).toBe(`${name} is denied`);
  expect(ended.phases.filter(({ state }) => state === 'failed').map((failed) => failed.phase)).toEqual([phase]);
  expect(ended.undo.pending).toBe(0);
  const last = world.listOf('scaleService', 'taskDefinition').at(-1);
  expect(last).toBe(phase === 'verify' ? RUNS : undefined);
});

test.concurrent('an update that fails at one service puts the others back too', async () => {
  const world = new World();
  failForNew(world, 'scaleService', 'mimir can not be updated', 'mimir');
  const run = await deploy({ world });
  const ended = await run.endedAs('rolled-back');
  expect(ended.rollback?.reason).toBe('mimir can not be updated');
  const back = world.listOf('scaleService', 'taskDefinition').filter((id) => id?.startsWith('arn:'));
  expect(new Set(back)).toEqual(new Set([RUNS, RUNS.replace('mimir', 'grafana')]));
  expect(new Set(world.listOf('removeTaskDefinition', 'family'))).toEqual(new Set(['lgtm-mimir', 'lgtm-grafana']));
});

test.concurrent('a service that does not become steady again either is named', async () => {
  const world = World.brokenAt('awaitSteadyState', 'mimir does not become steady: a task ended');
  const run = await deploy({ world, asked: MIMIR });
  const ended = await run.endedAs('rollback-incomplete');
  expect(ended.leftovers).toEqual([
    {
      what: 'mimir back to 3 of lgtm-mimir:1',
      why: 'mimir does not become steady: a task ended',
    },
  ]);
});

test.concurrent('a breach in the bake goes back, and an abort does too', async () => {
  const world = new World();
  world.judge('failed', { reason: '5xx 30 % > 0.5 %', failedClass: 'availability' });
  const breached = await (await deploy({ world, asked: MIMIR })).endedAs('rolled-back');
  expect(breached.rollback?.reason).toBe('after the deployment: 5xx 30 % > 0.5 %');

  const waiting = new World();
  waiting.judge('holding');
  const run = await deploy({ world: waiting, asked: MIMIR });
  await run.untilJudged('holding');
  await run.say('abort');
  await run.endedAs('rolled-back');
  expect(waiting.listOf('scaleService', 'taskDefinition').at(-1)).toBe(RUNS);
});

test.concurrent('an image that is not there is named, and nothing was done', async () => {
  const world = new World({ resolveImage: async () => ({}) });
  const ended = await (await deploy({ world, asked: MIMIR })).endedAs('rolled-back');
  expect(ended.rollback?.reason).toContain('no image in lgtm-mimir; push them to ECR');
  expect(world.inputsOf('ensureTaskDefinition')).toEqual([]);
});

test.concurrent('previous goes to the revision before, and registers none', async () => {
  const world = new World();
  const run = await deploy({ world, asked: { ...MIMIR, previous: true } });
  const ended = await run.endedAs('completed');
  expect(ended.deployment?.services).toMatchObject([{ from: 'lgtm-mimir:1', to: 'lgtm-mimir:0' }]);
  expect(world.inputsOf('ensureTaskDefinition')).toEqual([]);
  expect(world.listOf('scaleService', 'taskDefinition')).toEqual(['arn:aws:ecs:task-definition/lgtm-mimir:0']);
});

test.concurrent('a count that somebody scaled stays, until the plan has another one', async () => {
  const scaled = new World();
  const stack = scaled.answers;
  stack.findStack = async (input) => {
    const found = await HEALTHY.findStack(input);
    return { ...found, services: { mimir: { ...found.services['mimir']!, count: 5 } } };
  };
  await (await deploy({ world: scaled, asked: MIMIR })).endedAs('completed');
  expect(scaled.listOf('scaleService', 'count')).toEqual([5]);
});

/** A migration that stands paused after its deploy, before any weight. */
async function pauseAtZero(plan: Record<string, unknown>, world = new World()): Promise<Run> {
  const gate = new Gate();
  world.answers.verifyService = async () => {
    await gate.pass();
    return { problems: [] };
  };
  const migration = await migrate({ plan, world });
  await migration.untilAsked('verifyService');
  await migration.say('pause');
  gate.open();
  await migration.untilWaitsFor('resume');
  return migration;
}

test.concurrent(
  'a migration that is paused at 0 % lets one in, waits for its end and goes on with what it left',
  async () => {
    const plan = nameStack();
    const world = new World();
    const migration = await pauseAtZero(plan, world);
    const gate = new Gate();
    const deployed = new World({
      verifyService: async () => {
        await gate.pass();
        return { problems: [] };
      },
    });
    const run = await deploy({ plan, world: deployed, asked: MIMIR });
    await run.untilAsked('verifyService');
    await migration.say('resume');
    const waiting = await migration.untilWaitsFor('deployment');
    expect(waiting.waitingFor?.what).toBe('the deployment of mimir');
    expect(world.inputsOf('lowerTtl')).toEqual([]);
    gate.open();
    const ended = await run.endedAs('completed');
    expect(ended.phases.find(({ phase }) => phase === 'bake')).toMatchObject({ state: 'skipped' });
    const { events } = await migration.endedAs('completed');
    expect(textsOf(events)).toContain('the deployment of mimir has ended: lgtm-mimir:1');
  },
);

test.concurrent('a migration under way refuses one with the way out, and one that is gone waits for none', async () => {
  const plan = nameStack();
  const world = World.brokenAt('lowerTtl');
  const migration = await migrate({ plan, world });
  await migration.untilRetryOf('the record change');
  const refused = await (await deploy({ plan, asked: MIMIR })).endedAs('rolled-back');
  expect(refused.rollback?.reason).toContain(
    `only while it is paused at 0 % after its phase deploy (lgtm-migrate pause ${plan.name})`,
  );
  await migration.say('abort');
  await migration.endedAs('rolled-back');
  await (await deploy({ plan, asked: MIMIR })).endedAs('completed');
});

/** A migration in the week before its host is terminated. */
const inTheWeek = () => ({
  ...nameStack(),
  decommission: { approveStop: false, approveTerminate: true },
});

test.concurrent('in the week one needs --during-week, and the way back knows what it left', async () => {
  const plan = inTheWeek();
  const world = new World();
  const migration = await migrate({ plan, world });
  await migration.untilApprovalOf('point of no return');
  const refused = await (await deploy({ plan, asked: MIMIR })).endedAs('rolled-back');
  expect(refused.rollback?.reason).toContain('give --during-week');

  let revision = 6;
  const deployed = new World({
    ensureTaskDefinition: async ({ family }) => ({
      id: `arn:aws:ecs:task-definition/${family}:${++revision}`,
      ownership: 'created',
    }),
  });
  const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, duringWeek: true } });
  await run.endedAs('completed');
  const duties = deployed.inputsOf('ensureTaskDefinition').map(({ environment }) => environment['COMPACTOR']);
  expect(duties).toEqual(['off', 'on']);
  const undos = await migration.ledger();
  expect(undos.find(({ verb }) => verb === 'revertService')?.input).toMatchObject({
    service: 'mimir',
    taskDefinition: 'arn:aws:ecs:task-definition/lgtm-mimir:7',
  });
  await migration.say('rollback');
  await migration.endedAs('rolled-back');
  expect(world.inputsOf('scaleService').map(({ taskDefinition }) => taskDefinition)).toContain(
    'arn:aws:ecs:task-definition/lgtm-mimir:7',
  );
});

test.concurrent(
  'a migration that goes back stops the deployment, and begins when the services are put back',
  async () => {
    const plan = inTheWeek();
    const world = new World();
    const migration = await migrate({ plan, world, longTimer: STOP_SUMMARY });
    await migration.untilApprovalOf('point of no return');
    const gate = new Gate();
    const deployed = new World({
      awaitSteadyState: async ({ count }) => {
        await gate.pass();
        return { running: count, seconds: 1 };
      },
    });
    const run = await deploy({ plan, world: deployed, asked: { ...MIMIR, duringWeek: true } });
    await run.untilAsked('awaitSteadyState');
    await migration.untilWaitsFor('deployment');
    await migration.say('rollback');
    const { decisions } = await run.endedAs('rolled-back');
    expect(decisions).toMatchObject([{ by: 'the migration', reason: expect.stringContaining('it goes back') }]);
    expect(deployed.listOf('scaleService', 'taskDefinition').at(-1)).toBe(RUNS);
    const ended = await migration.endedAs('rolled-back');
    expect(textsOf(ended.events)).toContain('the deployment of mimir has stopped, its services are back');
  },
);

test.concurrent('a deployment that was ended from outside is found to be gone when somebody says retry', async () => {
  const plan = nameStack();
  const migration = await pauseAtZero(plan);
  const gate = new Gate();
  const run = await deploy({
    plan,
    asked: MIMIR,
    stubs: {
      verifyService: async () => {
        await gate.pass();
        return { problems: [] };
      },
    },
  });
  await run.untilAsked('verifyService');
  await migration.say('resume');
  await migration.untilWaitsFor('deployment');
  await run.handle.terminate('the test says so');
  await migration.say('retry');
  await migration.untilTold(
    'the deployment of mimir says nothing any more: what it has changed runs on; deploy again to be sure',
  );
  await migration.endedAs('completed');
});

test.concurrent(
  'a migration that starts while a deployment runs fails its preflight until that has ended',
  async () => {
    const plan = nameStack();
    const gate = new Gate();
    const run = await deploy({
      plan,
      asked: MIMIR,
      stubs: {
        verifyService: async () => {
          await gate.pass();
          return { problems: [] };
        },
      },
    });
    await run.untilAsked('verifyService');
    const migration = await migrate({ plan });
    const held = await migration.untilRetryOf('preflight');
    expect(held.waitingFor?.reason).toContain(`lgtm-migrate deploy watch ${plan.name}`);
    gate.open();
    await run.endedAs('completed');
    await migration.say('retry');
    await migration.endedAs('completed');
  },
);
