import { trySpread } from '../chaos/campaign';
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
  expect(await trySpread(trials, EACH, SIDE_BY_SIDE)).toEqual([]);
});
