import { useStubWorker } from './server';
import { World } from './world';

const runWorkflow = useStubWorker();

const TIMED_OUT = '100 %: its signals have not passed for 1h (analysis.holdTimeout): no data';

const planOf = (analysis: Record<string, unknown>) => ({
  shift: { weights: [100] },
  decommission: { enabled: false },
  analysis,
});

function worldThatHolds(): World {
  const world = new World();
  world.judge('holding', { reason: 'no data' });
  return world;
}

test.concurrent('a gate that holds for longer than the plan lets it goes back', async () => {
  const run = await runWorkflow({
    world: worldThatHolds(),
    plan: planOf({
      holdTimeout: '1h',
      onHoldTimeout: 'rollback',
    }),
  });
  const { rollback } = await run.endedAs('rolled-back');
  expect(rollback!.reason).toBe(TIMED_OUT);
});

test.concurrent('while it holds it says when it will go back', async () => {
  const run = await runWorkflow({
    world: worldThatHolds(),
    plan: planOf({
      holdTimeout: '24h',
      onHoldTimeout: 'rollback',
    }),
  });
  await run.untilWaitsFor('bake', 'the signals of 100 %; without them it goes back at 20');
  run.world.judge('passing');
  await run.endedAs('completed');
});

test.concurrent('without a word of the plan on what follows it is told, and waits on', async () => {
  const run = await runWorkflow({
    world: worldThatHolds(),
    plan: planOf({ holdTimeout: '1h' }),
  });
  const told = await run.untilTold(`${TIMED_OUT}; it goes on waiting (onHoldTimeout: wait)`);
  expect(told.rollback).toBeNull();
  run.world.judge('passing');
  await run.endedAs('completed');
});
