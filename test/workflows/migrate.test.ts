import { useStubWorker } from './server';
import { Gate, World } from './world';

const runWorkflow = useStubWorker();

test('a migration in a healthy world completes, and nothing is undone', async () => {
  const run = await runWorkflow();
  expect(await run.ended()).toMatchObject({
    outcome: 'completed',
    leftovers: [],
    weight: 100,
  });
  expect(run.world.listOf('setWeight', 'to')).toEqual([10, 50, 100]);
  expect(run.world.names).not.toContain('restoreTraffic');
});

test('a breach sends traffic back before any service is scaled down', async () => {
  const run = await runWorkflow({ plan: { shift: { approval: true } } });
  await run.untilApprovalOf('10 → 50 %');
  run.world.judge('failed', {
    reason: 'errors failed',
    failedClass: 'availability',
  });
  const { outcome, rollback } = await run.ended();
  expect([outcome, rollback?.reason]).toEqual(['rolled-back', 'at 10 %: errors failed']);
  const { names } = run.world;
  expect(names.indexOf('scaleService')).toBeGreaterThan(names.indexOf('restoreTraffic'));
});

test('a broken activity holds before anyone was moved, and a retry goes on', async () => {
  const world = World.brokenAt('ensureService', 'AccessDeniedException: no');
  const run = await runWorkflow({ world });
  expect((await run.untilRetryOf()).waitingFor?.reason).toContain('AccessDeniedException');
  expect(await run.refusalOf('approve')).toContain('approve refused: nothing waits for an approval');
  world.fix('ensureService');
  await run.say('retry');
  await run.endedAs('completed');
});

test('an abort while services start waits for what has begun and takes it back', async () => {
  const gate = new Gate();
  const steady = async ({ count }: { count: number }) => {
    await gate.pass();
    return {
      running: count,
      seconds: 1,
    };
  };
  const run = await runWorkflow({ stubs: { awaitSteadyState: steady } });
  await run.until('the deploy', ({ phase }) => phase === 'deploy');
  await run.say('abort');
  await run.endedAs('rolled-back');
});
