import { takeTurns } from '../chaos/campaign';
import { listModelTrials, SIDE_BY_SIDE } from '../chaos/model/trials';
import { StubWorker } from './server';

/** Of all cases, which `npm run chaos` tries, every Nth is tried here. */
const EACH = 20;

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

test('whatever comes at whatever moment of a run, the account is as it was before', async () => {
  const trials = await listModelTrials(worker);
  const spread = trials.filter((_, index) => index % EACH === 0);
  const problems: string[] = [];
  await takeTurns(spread, SIDE_BY_SIDE, async ({ name, run }) => {
    const found = await run(() => undefined);
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  });
  expect(problems).toEqual([]);
});
