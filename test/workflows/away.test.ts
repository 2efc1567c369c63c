import type { Verb } from '../../src/contract/verbs';
import type { Run } from './run';
import { StubWorker } from './server';
import { HOST, SURVEY } from './stubs';
import { World } from './world';

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

const bothOrders = (verb: Verb): [Verb, Verb][] => [
  [verb, 'abort'],
  ['abort', verb],
];

/** Both come to the run in one task. */
async function sayTogether(run: Run, verbs: readonly Verb[]): Promise<void> {
  await worker.whileAway(async () => {
    for (const verb of verbs) await run.signal(verb, { by: 'kim' });
  });
  expect(await run.ended()).toMatchObject({
    outcome: 'rolled-back',
    rollback: { reason: 'kim said abort' },
  });
}

test.each(bothOrders('approve'))('an abort wins in the same task: %s, then %s', async (...verbs) => {
  const run = await worker.runWorkflow({ plan: { shift: { approval: true } } });
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  await sayTogether(run, verbs);
  const { steps } = await run.status();
  expect(steps[0]!.state).not.toBe('done');
  expect(run.world.inputsOf('setWeight')).toHaveLength(1);
});

test.each(bothOrders('approve'))('an abort wins where nothing is measured: %s, then %s', async (...verbs) => {
  const survey = async () => ({
    ...SURVEY,
    grafana: {
      instanceId: HOST,
      path: '/data/grafana.db',
    },
  });
  const run = await worker.runWorkflow({
    stubs: { runPreflight: survey },
    plan: {
      shift: { approval: true },
      grafana: {
        database: 'move',
        target: { efs: 'fs-0123456789abcdef0' },
      },
    },
  });
  await run.untilApprovalOf('0 → 100 %');
  await sayTogether(run, verbs);
  expect(run.world.names).not.toContain('lockGrafana');
});

test.each(bothOrders('resume'))('an abort wins over a pause that ends: %s, then %s', async (...verbs) => {
  const world = World.brokenAt('runPreflight');
  const run = await worker.runWorkflow({ world });
  await run.untilRetryOf();
  await run.say('pause');
  world.fix('runPreflight');
  await run.say('retry');
  await run.untilWaitsFor('resume');
  await sayTogether(run, verbs);
  expect(new Set(world.names)).toEqual(new Set(['runPreflight', 'findRemains']));
});

test.each(bothOrders('retry'))('an abort wins over a retry: %s, then %s', async (...verbs) => {
  const run = await worker.runWorkflow({ world: World.brokenAt('runPreflight') });
  await run.untilRetryOf();
  await sayTogether(run, verbs);
  expect(run.world.names).toEqual(['runPreflight', 'findRemains']);
});

test('what was seen before an outage ends no gate: it holds for a look', async () => {
  const run = await worker.runWorkflow({ plan: { shift: { approval: true } } });
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  await worker.whileAway(async () => {
    run.world.judge('holding', { reason: 'no data' });
    await run.signal('approve', { by: 'kim' });
  });
  await run.untilWaitsFor('bake', 'the signals of 10 %');
  await run.untilJudged('holding');
  expect(run.world.inputsOf('setWeight')).toHaveLength(1);
  run.world.judge('passing');
  await run.untilApprovalOf('50 → 100 %');
});
