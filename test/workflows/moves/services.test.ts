import { useStubWorker } from '../server';
import { SURVEY } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

const APPROVES = { shift: { approval: true } };
/** Users are on ECS since an earlier run. */
const MOVED = {
  ...SURVEY,
  records: SURVEY.records.map((record) => ({
    ...record,
    moved: 'pair' as const,
  })),
};
const BEFORE = 'arn:aws:ecs:task-definition/lgtm-mimir:7';

/** Mimir's service as it was before the run. */
const findMimir = (count: number) => async () => ({
  mimir: {
    count,
    taskDefinition: BEFORE,
  },
});

test.concurrent('a service that users are on is awaited where it goes back to, a new one is only stopped', async () => {
  const world = new World({
    runPreflight: async () => MOVED,
    findServices: findMimir(2),
  });
  world.break('foldPair');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('the record change');
  const steady = world.inputsOf('awaitSteadyState').length;
  await run.say('abort');
  const { phases } = await run.ended();
  const awaited = world.inputsOf('awaitSteadyState').slice(steady);
  expect(awaited).toMatchObject([
    {
      service: 'mimir',
      count: 2,
      taskDefinition: BEFORE,
    },
  ]);
  expect(phases[3]!.detail).toBe('mimir 2/3  grafana 0/1');
});

test.concurrent('users of an earlier run are measured while their services are deployed anew', async () => {
  const world = new World({
    runPreflight: async () => MOVED,
    findServices: findMimir(2),
  });
  world.break('awaitSteadyState', 'NotSteady: it crashes');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('deploy');
  await run.untilJudged('passing');
  expect(world.inputsOf('watchSignals').at(-1)!.services).toMatchObject([
    {
      name: 'mimir',
      count: 2,
    },
  ]);
  world.fix('awaitSteadyState');
  world.judge('failed', {
    reason: 'errors failed 3 times',
  });
  const { rollback } = await run.ended();
  expect(rollback!.reason).toBe(
    'while services are deployed that users of an earlier run are on: errors failed 3 times',
  );
  expect(world.inputsOf('scaleService').findLast(({ service }) => service === 'mimir')).toMatchObject({
    count: 2,
    taskDefinition: BEFORE,
  });
});

/** Goes back where Mimir's service had so many tasks before the run. */
async function abortAt10(tasksBefore: number) {
  const world = new World({
    findServices: findMimir(tasksBefore),
  });
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('abort');
  return {
    world,
    run,
  };
}

test.concurrent('tasks that an earlier run has left and that serve nobody are stopped', async () => {
  const { world, run } = await abortAt10(2);
  await run.endedAs('rolled-back');
  const scaled = world.inputsOf('scaleService').map(({ service, count }) => [service, count]);
  expect(scaled.sort()).toEqual([
    ['grafana', 0],
    ['mimir', 0],
  ]);
});

test.concurrent('how the tasks of a service that is stopped have ended is told, with what is known of it', async () => {
  const { world, run } = await abortAt10(0);
  world.answers.scaleService = async ({ service }) => ({
    before: 1,
    exits: [{ task: 'a1b2', code: service === 'mimir' ? 137 : 0 }],
  });
  const { events } = await run.ended();
  const told = events.map(({ text }) => text).filter((text) => text.includes('stopped, exit'));
  expect(told.sort()).toEqual([
    'grafana: 1 task stopped, exit 0',
    'mimir: 1 task stopped, exit 137: killed when its stop timeout was over, so what it held may not be in S3; ' +
      'see its log (task a1b2)',
  ]);
});

test.concurrent('a service that had been stopped before goes to no task', async () => {
  const { run } = await abortAt10(0);
  const { rollback } = await run.ended();
  expect(rollback!.steps.map(({ what }) => what)).toContain('scale mimir to 0');
});

test.concurrent('on the way back what is stopped on purpose is judged no more', async () => {
  const world = new World();
  const { watch } = world;
  let watches = 0;
  world.answers.watchSignals = async (request) => {
    watches++;
    try {
      return await watch(request);
    } finally {
      watches--;
    }
  };
  const atScale: number[] = [];
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.until('a watch', () => watches === 1);
  world.answers.scaleService = async () => {
    atScale.push(watches);
    return { before: 1 };
  };
  await run.say('abort');
  await run.endedAs('rolled-back');
  expect(atScale).toEqual([0, 0]);
});

test.concurrent(
  'what users are on since an earlier run is stopped by no way back, and waits for the host',
  async () => {
    const host = new Gate();
    const world = new World({
      runPreflight: async () => MOVED,
      findServices: findMimir(2),
    });
    const run = await runWorkflow({
      world,
      plan: {
        decommission: {
          approveStop: false,
          approveTerminate: true,
        },
      },
    });
    await run.untilApprovalOf('point of no return');
    world.break('awaitSteadyState', 'NotSteady: it crashes');
    world.answers.startInstance = () => host.pass().then(() => ({}));
    const before = world.inputsOf('scaleService').length;
    const scaled = () => world.inputsOf('scaleService').slice(before);
    await run.say('rollback');
    await run.untilAsked('startInstance');
    expect(scaled()).toEqual([]);
    host.open();
    const { waitingFor } = await run.untilWaitsFor('host', 'beside: ');
    expect(waitingFor!.reason).toContain('NotSteady: it crashes');
    world.fix('awaitSteadyState');
    for (const what of ['mimir', 'grafana']) await run.say('retry', { what });
    await run.ended();
    const counts = scaled().map(({ service, count }) => [service, count]);
    expect(counts).not.toContainEqual(['mimir', 0]);
  },
);
