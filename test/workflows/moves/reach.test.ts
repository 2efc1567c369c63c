import type { ReachCheck } from '../../../src/contract/probes';
import { PROBE_FAMILY } from '../../../src/plan/names';
import { useStubWorker } from '../server';
import { HEALTHY, RECORD, SURVEY } from '../stubs';
import { World } from '../world';

const runWorkflow = useStubWorker();

const PLAN = {
  shift: { weights: [100] },
  decommission: { enabled: false },
};
const REACHED: ReachCheck = {
  problems: [],
  unknown: [],
};
const STRANGE = `${RECORD}/api/health: lgtm-alb itself answers 503`;
const TIMED_OUT = `${RECORD}/api/health: curl: (28) Connection timed out`;

const listSignals = (world: World) =>
  world.inputsOf('watchSignals').map(({ analysis, asking }) => ({
    answers: analysis.signals['answers'],
    names: asking?.names.map(({ name, paths }) => [name, paths.length]),
  }));

/** The load balancer is one that others have too. */
const adopted = {
  ensureLoadBalancer: async (input: Parameters<typeof HEALTHY.ensureLoadBalancer>[0]) => ({
    ...(await HEALTHY.ensureLoadBalancer(input)),
    ownership: 'adopted' as const,
  }),
};

test.concurrent('before the first weight a request for each moving name has to be answered by our task', async () => {
  let reached: ReachCheck = {
    problems: [STRANGE],
    unknown: [],
  };
  const world = new World({ checkReach: async () => reached });
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const { waitingFor } = await run.untilRetryOf('asking the names');
  expect(waitingFor!.reason).toContain(STRANGE);
  expect(world.names).not.toContain('setWeight');
  reached = REACHED;
  await run.say('retry');
  await run.endedAs('completed');
  expect(new Set(world.listOf('checkReach', 'purpose')).size).toBe(2);
  expect(world.inputsOf('checkReach')[0]!.names).toMatchObject([
    {
      name: RECORD,
      paths: ['/api/health'],
    },
  ]);
});

test.concurrent('where nobody can ask, a human says whether users are sent', async () => {
  const world = new World({
    checkReach: async () => ({
      problems: [],
      unknown: [
        {
          name: RECORD,
          why: TIMED_OUT,
        },
      ],
    }),
  });
  const run = await runWorkflow({
    world,
    plan: PLAN,
  });
  const { waitingFor } = await run.untilApprovalOf('nobody has seen a request arrive');
  expect(waitingFor!.reason).toContain(TIMED_OUT);
  expect(world.names).not.toContain('setWeight');
  await run.say('approve');
  await run.endedAs('completed');
});

test.concurrent('where one name can not be asked, the others are asked throughout the bake all the same', async () => {
  const other = 'mimir.example.com';
  const world = new World({
    ...adopted,
    runPreflight: async () => ({
      ...SURVEY,
      records: [
        ...SURVEY.records,
        {
          ...SURVEY.records[0]!,
          name: other,
          service: 'mimir',
        },
      ],
    }),
    checkReach: async () => ({
      problems: [],
      unknown: [
        {
          name: other,
          why: `${other}/ready: curl: (28) Connection timed out`,
        },
      ],
    }),
  });
  const run = await runWorkflow({
    world,
    plan: {
      ...PLAN,
      records: [
        {
          name: RECORD,
          service: 'grafana',
        },
        {
          name: other,
          service: 'mimir',
        },
      ],
      services: { mimir: { expose: { public: true } } },
    },
  });
  await run.untilApprovalOf('nobody has seen a request arrive');
  await run.say('approve');
  await run.endedAs('completed');
  expect(new Set(listSignals(world).map(({ names }) => JSON.stringify(names)))).toEqual(
    new Set([JSON.stringify([[RECORD, 1]])]),
  );
});

test.concurrent('a plan without a probe asks a human too', async () => {
  const run = await runWorkflow({
    plan: {
      ...PLAN,
      // rings of several tasks would have to be proven by one too
      services: {
        mimir: {
          count: 1,
          deployment: { maximumPercent: 200 },
        },
        loki: {
          count: 1,
          deployment: { maximumPercent: 200 },
        },
        grafana: { probe: false },
      },
    },
  });
  await run.untilApprovalOf('nobody has seen a request arrive');
  expect(run.world.names).not.toContain('checkReach');
  await run.say('abort');
  await run.endedAs('rolled-back');
});

test.concurrent('on a load balancer that others have too a probe asks on, and what it says is judged', async () => {
  const run = await runWorkflow({
    world: new World(adopted),
    plan: PLAN,
  });
  await run.endedAs('completed');
  const [first] = listSignals(run.world);
  expect(first).toMatchObject({
    answers: {
      source: 'probe',
      class: 'availability',
    },
    names: [[RECORD, 1]],
  });
});

test.concurrent('on one of our own nobody asks, since what it answers itself is counted', async () => {
  const run = await runWorkflow({ plan: PLAN });
  await run.endedAs('completed');
  expect(listSignals(run.world).every(({ answers, names }) => !answers && !names)).toBe(true);
});

test.concurrent('on the way back nobody asks any more, and what a probe leaves is removed after that', async () => {
  const run = await runWorkflow({
    world: new World(adopted),
    plan: {
      shift: { approval: true },
      cleanup: 'delete',
    },
  });
  await run.untilApprovalOf('10 → 50 %');
  const { length } = run.world.calls;
  await run.say('abort');
  await run.endedAs('rolled-back');
  const after = run.world.calls.slice(length);
  const watches = after.filter(({ name }) => name === 'watchSignals');
  expect(watches.map(({ input }) => input)).toMatchObject([
    {
      onlyShows: true,
    },
  ]);
  expect(watches[0]!.input).not.toHaveProperty('asking');
  const removal = after.findIndex(
    ({ name, input }) => name === 'removeTaskDefinition' && (input as { family: string }).family === PROBE_FAMILY,
  );
  expect(removal).toBeGreaterThan(after.indexOf(watches[0]!));
});
