import { makeFolder } from '../../temporary';
import { readTestSeed } from './property';
import { listPureProperties } from './trials';

/** Of the 10,000 that `npm run chaos` tries. */
const RUNS = 300;

const seed = readTestSeed();
const properties = listPureProperties(makeFolder());

test.each(properties)(`$kind: $name (FUZZ_SEED=${seed})`, async ({ check }) => {
  const problems = await check({
    runs: RUNS,
    seed,
  });
  expect(problems).toEqual([]);
});
