import { join } from 'node:path';
import { makeFolder } from '../../temporary';
import { chooseSeed } from './property';
import { listShellProperties } from './shell';

/** Of the 10,000 that `npm run chaos` tries: each starts a shell. */
const RUNS = 100;

const seed = chooseSeed();
const properties = listShellProperties(join(makeFolder(), 'shell'));

test.each(properties)(`$kind: $name (FUZZ_SEED=${seed})`, async ({ check }) => {
  const problems = await check({
    runs: RUNS,
    seed,
  });
  expect(problems).toEqual([]);
});
