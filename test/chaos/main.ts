import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compiled } from '../../lab/tools';
import { Campaign, type Result, type Trial } from './campaign';
import { chooseSeed } from './input/property';
import { LAYERS, type LayerName, type Settings } from './layers';
import { CAUSES } from './model/case';
import { differs, writeReport } from './report';

const ROOT = join(__dirname, '../..');
const KEPT = join(ROOT, '.tools', 'chaos');
/** What the product runs on, beside its own sources. */
const PRODUCT = [[join(ROOT, 'emulator'), '.py']] as const;
/** What the trials are made of. */
const TRIALS = [__dirname, join(ROOT, 'lab'), join(ROOT, 'test', 'workflows'), join(ROOT, 'test', 'scenarios')];
const TOLD_EVERY_MS = 10_000;
/** Of a difference at once; the report has it whole. */
const TOLD_CHARACTERS = 200;

const OPTIONS = {
  layer: { type: 'string' },
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

/** As shells say that somebody has ended it. */
const INTERRUPTED = 130;

const USAGE = `npm run chaos [-- OPTIONS]
  --layer NAME  ${Object.keys(LAYERS).join(', ')}; without it all
  --only TEXT   the cases whose name has it in it; a part of a case by its whole name
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
    layer,
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
  const step = readNumber('each', each);
  // at the end of this process its labs end too
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
  const began = Date.now();
  // known before anything of it is asked
  compiled('worker');
  const [product, trials] = [
    fingerprint(PRODUCT),
    fingerprint([...PRODUCT, ...TRIALS.map((folder) => [folder, '.ts'] as const)]),
  ];
  const seed = keepSeed(join(KEPT, `${trials}.seed`), named, fresh);
  const campaign = new Campaign(join(KEPT, `${trials}-${seed}.jsonl`), { isFresh: fresh });
  process.stderr.write(`--seed ${seed}\n`);
  const runNamed = (name: LayerName) => {
    const settings = {
      seed,
      kept: join(KEPT, `${product}-${name}.json`),
    };
    return runLayer(name, settings, campaign, (all) => choose(all, only, step));
  };
  const results = await runLayers(namesOf(layer), runNamed);
  if (results.length === 0) throw new Error(`--only '${only}' is in no case's name; without it all are tried`);
  const minutes = Math.ceil((Date.now() - began) / 60_000);
  const today = new Date().toISOString().slice(0, 10);
  process.stdout.write(`${writeReport(results)}\n${today}, ${minutes} min in this call\n`);
  return results.some(differs) ? 1 : 0;
}

/** What needs nothing but this process is tried beside the others, which wait most of their time. */
async function runLayers(names: LayerName[], run: (name: LayerName) => Promise<Result[]>): Promise<Result[]> {
  const beside = names.filter((name) => name === 'input').map(run);
  const results: Result[] = [];
  for (const name of names.filter((each) => each !== 'input')) results.push(...(await run(name)));
  return [...(await Promise.all(beside)).flat(), ...results];
}

/** A campaign that goes on tries what it has begun with. */
function keepSeed(file: string, named: string | undefined, isFresh: boolean): number {
  const kept = !isFresh && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const wanted = named ?? kept;
  const seed = wanted === undefined ? chooseSeed() : readNumber('seed', wanted);
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(file, String(seed));
  return seed;
}

/** @throws where it is none from 1 on */
function readNumber(option: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option} ${value} is no whole number from 1 on`);
}

function namesOf(layer: string | undefined): LayerName[] {
  const names = Object.keys(LAYERS) as LayerName[];
  if (layer === undefined) return names;
  const found = names.filter((name) => name === layer);
  if (found.length === 0) throw new Error(`--layer ${layer} is none; take one of ${names.join(', ')}`);
  return found;
}

async function runLayer(
  name: LayerName,
  settings: Settings,
  campaign: Campaign,
  pick: (trials: Trial[]) => Trial[],
): Promise<Result[]> {
  const layer = await LAYERS[name](settings);
  try {
    return await campaign.run(pick(layer.trials), layer.sideBySide, teller());
  } finally {
    await layer.close();
  }
}

function choose(trials: Trial[], only: string | undefined, each: number): Trial[] {
  const wanted = trials.filter(({ name, isPart = false }) =>
    isPart ? name === only : only === undefined || name.includes(only),
  );
  return wanted.filter((_, index) => index % each === 0);
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

/** Of the product and of files beside it: what came of both as they are is kept. */
function fingerprint(folders: readonly (readonly [folder: string, kind: string])[]): string {
  const hash = createHash('sha256').update(basename(process.env['LGTM_COMPILED']!));
  const files = folders.flatMap(([folder, kind]) => listFiles(folder, kind));
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function listFiles(folder: string, kind: string): string[] {
  const files = readdirSync(folder, {
    recursive: true,
    encoding: 'utf8',
  });
  return files
    .filter((file) => file.endsWith(kind))
    .sort()
    .map((file) => join(folder, file));
}
