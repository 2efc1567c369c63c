import { useStubWorker } from '../server';
import { SURVEY } from '../stubs';
import { Gate, World } from '../world';

const runWorkflow = useStubWorker();

/** What every deploy of these tests is stopped by, when all services run. */
function stopBeforeShift(world: World): World {
  world.break('lowerTtl', 'stopped by the test');
  return world;
}

/** What the container of each service is told. */
function listEnvironments(world: World): Record<string, Record<string, string>> {
  return Object.fromEntries(world.definitions.map(({ service, environment }) => [service, environment]));
}

test.concurrent('each service is awaited and verified by itself: a slow one holds up no other', async () => {
  const gate = new Gate();
  const world = stopBeforeShift(
    new World({
      awaitSteadyState: async ({ service, count }) => {
        if (service === 'mimir') await gate.pass();
        return {
          running: count,
          seconds: 1,
        };
      },
    }),
  );
  const run = await runWorkflow({ world });
  await run.untilAsked('verifyService');
  expect(world.listOf('verifyService', 'service')).toEqual(['grafana']);
  const { phases } = await run.status();
  expect(phases[3]!.detail).toBe('mimir 0/3  grafana 1/1');
  gate.open();
  const held = await run.untilRetryOf('the record change');
  expect(held.phases[3]).toMatchObject({
    state: 'done',
    detail: 'mimir 3/3  grafana 1/1',
  });
});

test.concurrent(
  'what does not become reachable is looked at ten times and then holds, with what is missing',
  async () => {
    const world = new World({ verifyService: async () => ({ problems: ['1 of 3 targets are healthy'] }) });
    const run = await runWorkflow({ world });
    expect(await run.untilRetryOf('deploy')).toMatchObject({
      waitingFor: { reason: 'mimir runs but 1 of 3 targets are healthy' },
      weight: 0,
    });
    expect(world.inputsOf('verifyService').filter(({ service }) => service === 'mimir')).toHaveLength(10);
  },
);

/** A survey of an account in which an earlier run has moved every name. */
const moved = async () => ({
  ...SURVEY,
  records: SURVEY.records.map((record) => ({
    ...record,
    moved: 'pair' as const,
  })),
});

test.concurrent(
  'a service that users are on since an earlier run goes back to what it was, a new one to no task',
  async () => {
    const taskDefinition = 'arn:aws:ecs:task-definition/lgtm-mimir:7';
    const world = new World({
      runPreflight: moved,
      findServices: async () => ({
        mimir: {
          count: 2,
          taskDefinition,
        },
      }),
    });
    world.break('foldPair');
    world.break('ensureService');
    const run = await runWorkflow({ world });
    await run.untilRetryOf('deploy');
    world.fix('ensureService');
    world.answers.findServices = async () => ({
      mimir: {
        count: 3,
        taskDefinition: 'what the first try left',
      },
    });
    await run.say('retry');
    await run.untilRetryOf('the record change');

    await run.say('abort');
    const { rollback } = await run.ended();
    const steps = rollback!.steps.map(({ what }) => what);
    expect(steps).toEqual(expect.arrayContaining(['mimir back to 2 of lgtm-mimir:7', 'scale grafana to 0']));
    const scaled = world.inputsOf('scaleService').map(({ service, count, taskDefinition: to }) => [service, count, to]);
    expect(scaled.sort()).toEqual([
      ['grafana', 0, undefined],
      ['mimir', 2, taskDefinition],
    ]);
  },
);

test.concurrent('a service that fails holds the deploy once the others have ended', async () => {
  const gate = new Gate();
  const world = new World({
    ensureService: async ({ service, taskDefinition }) => {
      if (service === 'grafana') await gate.pass();
      return {
        id: service,
        ownership: 'created',
        taskDefinition,
      };
    },
    verifyService: async ({ service }) => ({ problems: service === 'mimir' ? ['no log streams'] : [] }),
  });
  const run = await runWorkflow({ world });
  await run.untilAsked('verifyService', 10);
  expect((await run.status()).waitingFor).toBeNull();
  gate.open();
  const { waitingFor } = await run.untilRetryOf('deploy');
  expect(waitingFor!.reason).toBe('mimir runs but no log streams');
  expect(world.names.slice(-2)).toEqual(['verifyService', 'findMissing']);
});

test.concurrent('compactors, rulers and notifiers stay off while the hosts run', async () => {
  const world = stopBeforeShift(new World());
  const run = await runWorkflow({ world });
  await run.untilRetryOf('the record change');
  expect(listEnvironments(world)).toMatchObject({
    mimir: {
      COMPACTOR: 'off',
      RULER: 'off',
    },
    grafana: { ALERTING: 'off' },
  });
});

test.concurrent('they are on from the start where an earlier run has moved every name', async () => {
  const records = SURVEY.records.map((record) => ({
    ...record,
    moved: 'fold' as const,
  }));
  const world = new World({
    runPreflight: async () => ({
      ...SURVEY,
      records,
    }),
  });
  world.break('ensureService');
  const run = await runWorkflow({ world });
  await run.untilRetryOf('deploy');
  expect(listEnvironments(world)).toMatchObject({
    mimir: {
      COMPACTOR: 'on',
      RULER: 'on',
    },
    grafana: { ALERTING: 'on' },
  });
});
