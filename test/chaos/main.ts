import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import startDevServer from '../workflows/global-setup';
import stopDevServer from '../workflows/global-teardown';
import { StubWorker } from '../workflows/server';
import { Campaign, type Result, type Trial } from './campaign';
import { chooseSeed } from './input/property';
import { listInputTrials, RUNS } from './input/trials';
import { LabPool } from './lab/pool';
import { CAUSES } from './model/case';
import { listModelTrials, SIDE_BY_SIDE } from './model/trials';
import { listPeopleTrials } from './people/words';
import { differs, writeReport } from './report';
import { listWitnessTrials } from './witness/trials';

const ROOT = join(__dirname, '../..');
/** Two of them keep two cores busy. */
const MOST_LABS = 2;
const TOLD_EVERY_MS = 10_000;
/** Of a difference at once; the report has it whole. */
const TOLD_CHARACTERS = 200;

const OPTIONS = {
  only: { type: 'string' },
  each: {
    type: 'string',
    default: '1',
  },
  seed: {
    type: 'string',
  },
  fresh: {
    type: 'boolean',
    default: false,
  },
  help: {
    type: 'boolean',
    default: false,
  },
} as const;

const USAGE = `npm run chaos [-- OPTIONS]
  --only TEXT   the cases whose name has it in it
  --each N      every Nth case
  --seed N      what comes in is made from it; by default another one each time
  --fresh       forget the results of a campaign that was cut off
Exit code 1: something differs.

What comes at each moment of a run:
${Object.entries(CAUSES)
  .map(([cause, meaning]) => `  ${cause}: ${meaning}`)
  .join('\n')}
`;

/** Runs the matrices, says how it goes, and ends with a report. @returns the exit code */
export async function main(args: string[]): Promise<number> {
  const {
    only,
    each,
    fresh,
    help,
    seed: named,
  } = parseArgs({
    args,
    options: OPTIONS,
  }).values;
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  await startDevServer();
  const worker = await StubWorker.start();
  const labs = new LabPool(MOST_LABS);
  try {
    const seed = chooseSeed(named);
    process.stderr.write(`--seed ${seed}\n`);
    const inputs = listInputTrials({
      runs: RUNS,
      seed,
    });
    const models = [...(await listModelTrials(worker)), ...(await listPeopleTrials(worker))];
    const all = [...inputs, ...models, ...listWitnessTrials(labs)];
    const trials = choose(all, only, Number(each));
    const campaign = new Campaign(join(ROOT, '.tools', 'chaos', `${fingerprint()}.jsonl`), { isFresh: fresh });
    const results = await campaign.run(trials, SIDE_BY_SIDE, teller());
    process.stdout.write(`${writeReport(results)}\n`);
    return results.some(differs) ? 1 : 0;
  } finally {
    await labs.stop();
    await worker.stop();
    await stopDevServer();
  }
}

function choose(trials: Trial[], only: string | undefined, each: number): Trial[] {
  const named = only === undefined ? trials : trials.filter(({ name }) => name.includes(only));
  return named.filter((_, index) => index % each === 0);
}

/** Says each difference at once, and now and then how far it is. */
function teller(): (result: Result, left: number, secondsLeft: number) => void {
  let toldAt = Date.now();
  return (result, left, secondsLeft) => {
    const [problem] = result.problems;
    if (problem !== undefined) {
      process.stderr.write(`differs: ${result.name}: ${problem.slice(0, TOLD_CHARACTERS)}\n`);
    }
    if (Date.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = Date.now();
    process.stderr.write(`${left} cases left, about ${Math.ceil(secondsLeft / 60)} min\n`);
  };
}

/** Of the product and of what tries it: results are kept for both as they are. */
function fingerprint(): string {
  const files = readdirSync(__dirname, {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const hash = createHash('sha256').update(basename(process.env['LGTM_COMPILED']!));
  for (const file of files) hash.update(readFileSync(join(__dirname, file)));
  return hash.digest('hex').slice(0, 16);
}
