import { trySpread } from '../chaos/campaign';
import { SIDE_BY_SIDE } from '../chaos/model/trials';
import { listPeopleTrials } from '../chaos/people/trials';
import { StubWorker } from './server';

/** Of all cases, which `npm run chaos` tries, every Nth is tried here: each encoding once. */
const EACH = 13;

let worker: StubWorker;
beforeAll(async () => {
  worker = await StubWorker.start();
});
afterAll(() => worker.stop());

test('what nobody can have meant approves nothing, whenever and however it is sent', async () => {
  const trials = await listPeopleTrials(worker);
  expect(await trySpread(trials, EACH, SIDE_BY_SIDE)).toEqual([]);
});
