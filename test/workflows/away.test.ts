import { StubWorker } from './server';

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

test.each([
  ['approve', 'abort'],
  ['abort', 'approve'],
] as const)('an abort wins in the same task: %s, then %s', async (first, second) => {
  const run = await worker.runWorkflow({ plan: { shift: { approval: true } } });
  await run.untilApprovalOf('10 → 50 %');
  await run.untilJudged('passing');
  await worker.whileAway(async () => {
    await run.signal(first, { by: 'kim' });
    await run.signal(second, { by: 'kim' });
  });
  expect(await run.ended()).toMatchObject({
    outcome: 'rolled-back',
    rollback: { reason: 'kim said abort: no reason given' },
  });
  expect(run.world.inputsOf('setWeight')).toHaveLength(1);
});
