import { ApplicationFailure } from '@temporalio/common';
import type { ActivityName } from '../../src/contract/activities';
import type { Phase } from '../../src/contract/status';
import { useStubWorkers } from './server';
import { textsOf } from './run';
import { HEALTHY } from './stubs';
import { World } from './world';

const { deploy } = useStubWorkers();

const MIMIR = { services: ['mimir'] };
const RUNS = 'arn:aws:ecs:task-definition/lgtm-mimir:1';

/** Fails for what a deployment has registered, and not for what ran before. */
function failForNew(
  { answers }: World,
  name: 'updateService' | 'awaitSteadyState',
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
    expect(world.inputsOf('updateService')).toMatchObject([{ service: 'mimir', count: 3 }]);
    expect(
      world.orderOf('resolveImage', 'ensureTaskDefinition', 'updateService', 'awaitSteadyState', 'verifyService'),
    ).toEqual(['resolveImage', 'ensureTaskDefinition', 'updateService', 'awaitSteadyState', 'verifyService']);
  },
);

test.concurrent('what would not change is left alone, and a deployment of nothing ends well at once', async () => {
  const world = new World({ compareDefinition: async () => ({ changes: [] }) });
  const run = await deploy({ world });
  const ended = await run.endedAs('completed');
  expect(textsOf(ended.events)).toContain('nothing to deploy: mimir, grafana would run what runs already');
  expect(ended.phases.find(({ phase }) => phase === 'bake')).toMatchObject({ state: 'skipped' });
  expect(world.inputsOf('ensureTaskDefinition')).toEqual([]);
  expect(world.inputsOf('updateService')).toEqual([]);
});

test.concurrent(
  'a service that does not become steady goes back to what it ran, and its revision is deregistered',
  async () => {
    const world = new World();
    failForNew(world, 'awaitSteadyState', 'mimir does not become steady: a task ended');
    const run = await deploy({ world, asked: MIMIR });
    const ended = await run.endedAs('rolled-back');
    expect(ended.rollback?.reason).toBe('mimir does not become steady: a task ended');
    expect(world.listOf('updateService', 'taskDefinition')).toEqual(['lgtm-mimir:1', RUNS]);
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
  const last = world.listOf('updateService', 'taskDefinition').at(-1);
  expect(last).toBe(phase === 'verify' ? RUNS : undefined);
});

test.concurrent.each([
  ['NeverMigrated', true],
  ['AccessDenied', undefined],
])('a check that ends by %s is counted as refused: %s', async (type, isRefused) => {
  const world = new World();
  world.break('findStack', 'not as it has to be', type);
  const run = await deploy({ world });
  const { deployment } = await run.endedAs('rolled-back');
  expect(deployment?.isRefused).toBe(isRefused);
});

test.concurrent('an update that fails at one service puts the others back too', async () => {
  const world = new World();
  failForNew(world, 'updateService', 'mimir can not be updated', 'mimir');
  const run = await deploy({ world });
  const ended = await run.endedAs('rolled-back');
  expect(ended.rollback?.reason).toBe('mimir can not be updated');
  const back = world.listOf('updateService', 'taskDefinition').filter((id) => id?.startsWith('arn:'));
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
  expect(waiting.listOf('updateService', 'taskDefinition').at(-1)).toBe(RUNS);
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
  expect(world.listOf('updateService', 'taskDefinition')).toEqual(['arn:aws:ecs:task-definition/lgtm-mimir:0']);
});

test.concurrent('a count that somebody scaled stays, until the plan has another one', async () => {
  const scaled = new World();
  const stack = scaled.answers;
  stack.findStack = async (input) => {
    const found = await HEALTHY.findStack(input);
    return { ...found, services: { mimir: { ...found.services['mimir']!, count: 5 } } };
  };
  await (await deploy({ world: scaled, asked: MIMIR })).endedAs('completed');
  expect(scaled.listOf('updateService', 'count')).toEqual([5]);
});

test.concurrent('previous takes the count that the revision before was registered for', async () => {
  const world = new World({
    findPreviousDefinition: async (input) => ({ ...(await HEALTHY.findPreviousDefinition(input)), count: 2 }),
  });
  await (await deploy({ world, asked: { ...MIMIR, previous: true } })).endedAs('completed');
  expect(world.listOf('updateService', 'count')).toEqual([2]);
});

test.concurrent(
  'a service that was deleted meanwhile ends the update at once, and is named on the way back',
  async () => {
    const world = World.brokenAt('updateService', 'service mimir in lgtm-cluster is not there any more', 'NoService');
    const ended = await (await deploy({ world, asked: MIMIR })).endedAs('rollback-incomplete');
    expect(ended.phases.find(({ state }) => state === 'failed')?.phase).toBe('update');
    expect(ended.leftovers.map(({ what }) => what)).toEqual(['mimir back to 3 of lgtm-mimir:1']);
    expect(world.inputsOf('awaitSteadyState')).toEqual([]);
  },
);
