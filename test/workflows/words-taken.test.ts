import { useStubWorker } from './server';
import { World } from './world';

const runWorkflow = useStubWorker();

const APPROVES = { shift: { approval: true } };
const LONG_BAKES = {
  shift: {
    weights: [50, 100],
    bake: '12h',
  },
  decommission: { enabled: false },
};

async function shiftTo10(world = new World()) {
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  return run;
}

test.concurrent('a word about another step is refused as stale, one about this step is taken', async () => {
  const run = await shiftTo10();
  const now = 'Now: shift at 10 %, waiting for approval: 10 → 50 %';
  const stale = `approve refused: it was meant for 50 %, the weight is 10 %. ${now}`;
  expect(await run.refusalOf('approve', { step: 50 })).toBe(stale);
  await run.say('approve', {
    step: 10,
    by: 'kim',
    reason: 'dashboards are there',
  });
  const { decisions } = await run.untilApprovalOf('50 → 100 %');
  expect(decisions).toMatchObject([
    {
      verb: 'approve',
      by: 'kim',
      reason: 'dashboards are there',
      during: 'shift at 10 %',
    },
  ]);
});

test.concurrent('an approval counts once: a second is refused, and the next step waits for its own', async () => {
  const world = new World();
  world.judge('holding', { reason: 'no data' });
  const run = await runWorkflow({
    world,
    plan: APPROVES,
  });
  await run.untilApprovalOf('10 → 50 %');
  await run.say('approve');
  expect(await run.refusalOf('approve')).toContain('approve refused: this was approved before');
  expect(world.inputsOf('setWeight')).toHaveLength(1);
  world.judge('passing');
  const { weight } = await run.untilApprovalOf('50 → 100 %');
  expect(weight).toBe(50);
});

test.concurrent('a promoted bake ends once its signals pass, and the next one bakes again', async () => {
  const world = new World();
  world.judge('holding', { reason: 'no data' });
  const run = await runWorkflow({
    world,
    plan: LONG_BAKES,
  });
  await run.untilWaitsFor('bake', 'the bake of 50 %');
  await run.say('promote');
  await run.untilWaitsFor('bake', 'the signals of 50 %');
  expect(await run.refusalOf('promote')).toContain('promote refused: this bake was ended before');
  world.judge('passing');
  await run.untilWaitsFor('bake', 'the bake of 100 %');
  await run.say('promote');
  await run.endedAs('completed');
});

test.concurrent('the Temporal UI approves and aborts by signals, who and why may be left out', async () => {
  const run = await shiftTo10();
  await run.signal('approve');
  await run.untilApprovalOf('50 → 100 %');
  await run.signal('abort', { by: 'kim' });
  const { rollback, decisions } = await run.ended();
  expect(rollback!.reason).toBe('kim said abort');
  expect(decisions).toMatchObject([
    {
      verb: 'approve',
      by: 'someone',
      reason: 'no reason given',
    },
    {
      verb: 'abort',
      by: 'kim',
    },
  ]);
});

test.concurrent('a signal that is not taken is told, and stops nothing', async () => {
  const world = World.brokenAt('runPreflight');
  const run = await runWorkflow({ world });
  await run.untilRetryOf();
  await run.signal('approve', { by: 'kim' });
  const refusal = 'approve refused: nothing waits for an approval. Now: preflight, waiting for retry of preflight';
  const { decisions, waitingFor } = await run.untilTold(refusal);
  expect([decisions, waitingFor!.for]).toEqual([[], 'retry']);
});

test.concurrent.each([
  ['a hold', () => World.brokenAt('runPreflight'), {}],
  ['a step', () => new World(), APPROVES],
] as const)('a cancellation from the Temporal UI in %s is an abort', async (_where, createWorld, plan) => {
  const run = await runWorkflow({
    world: createWorld(),
    plan,
  });
  await run.until('a wait', ({ waitingFor }) => waitingFor?.for === 'retry' || waitingFor?.for === 'approval');
  await run.handle.cancel();
  expect(await run.ended()).toMatchObject({
    outcome: 'rolled-back',
    rollback: { reason: 'cancellation was requested' },
  });
});

test.concurrent('a cancellation on the way back ends nothing', async () => {
  const world = World.brokenAt('restoreTraffic');
  const run = await shiftTo10(world);
  await run.say('abort');
  await run.untilWaitsFor('host');
  await run.handle.cancel();
  world.fix('restoreTraffic');
  await run.say('retry');
  expect(await run.ended()).toMatchObject({
    outcome: 'rolled-back',
    leftovers: [],
  });
});
