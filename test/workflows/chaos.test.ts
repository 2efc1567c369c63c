import type { Trial } from '../chaos/campaign';
import { listModelTrials } from '../chaos/model/trials';
import { StubWorker } from './server';

/** Of all cases, which `npm run chaos` tries, so many are tried here: every Nth, side by side. */
const EACH = 20;
const SIDE_BY_SIDE = 8;

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

async function listProblems({ name, run }: Trial): Promise<string[]> {
  const problems = await run();
  return problems.map((problem) => `${name}: ${problem}`);
}

test('whatever comes at whatever moment of a run, the account is as it was before', async () => {
  const trials = await listModelTrials(worker);
  const spread = trials.filter((_, index) => index % EACH === 0);
  const takeTurns = async () => {
    const problems: string[] = [];
    for (let trial = spread.shift(); trial; trial = spread.shift()) problems.push(...(await listProblems(trial)));
    return problems;
  };
  const problems = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, takeTurns));
  expect(problems.flat()).toEqual([]);
});
