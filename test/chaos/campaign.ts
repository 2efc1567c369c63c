import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a trial has done, of which the report gives the sum. */
export const COUNTED = ['moments', 'kills', 'faults', 'requests', 'words', 'inputs'] as const;
type Counted = (typeof COUNTED)[number];
export type Count = (what: Counted, times?: number) => void;

/** One case that can be tried by itself. */
export interface Trial {
  /** by which it is found again: `--only` */
  name: string;
  /** what it counts for in the report: `M1 abort` */
  kind: string;
  /** a part of another trial: tried only where `--only` has its whole name */
  isPart?: boolean;
  /** @returns what was not as it has to be, in words; nothing: it held */
  run(count: Count): Promise<string[]>;
}

/** What a trial has come to. */
export interface Result {
  name: string;
  kind: string;
  problems: string[];
  /** what differed in earlier tries of the same case, of the same code */
  earlier?: string[];
  seconds: number;
  /** absent: it counted nothing */
  counts?: Partial<Record<Counted, number>>;
}

/** In an order in which those of each kind lie evenly: what waits for AWS goes on beside what keeps a core busy. */
export function interleave(trials: readonly Trial[]): Trial[] {
  const places = [...groupByKind(trials).values()].flatMap((same) =>
    same.map((trial, nth) => ({
      trial,
      place: (nth + 0.5) / same.length,
    })),
  );
  return places.sort((one, other) => one.place - other.place).map(({ trial }) => trial);
}

function groupByKind(trials: readonly Trial[]): Map<string, Trial[]> {
  const kinds = new Map<string, Trial[]>();
  for (const trial of trials) kinds.set(trial.kind, [...(kinds.get(trial.kind) ?? []), trial]);
  return kinds;
}

/** Takes all of them, so many side by side. */
async function takeTurns<T>(all: readonly T[], sideBySide: number, take: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const takeNext = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await take(one);
  };
  await Promise.all(Array.from({ length: sideBySide }, takeNext));
}

/** Tries every Nth of them. @returns what was not as it has to be, each with its trial's name */
export async function trySpread(trials: Trial[], each: number, sideBySide: number): Promise<string[]> {
  const spread = trials.filter((_, index) => index % each === 0);
  const problems: string[] = [];
  await takeTurns(spread, sideBySide, async ({ name, run }) => {
    const found = await run(() => undefined);
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  });
  return problems;
}

/** Trials with what is kept of their results, so that a campaign that was cut off goes on where it was. */
export class Campaign {
  private readonly results = new Map<string, Result>();
  /** by the names of trials: what has differed once is not made right by a try that went well */
  private readonly differed = new Map<string, string[]>();

  /** @param file a line of JSON for each result */
  constructor(
    private readonly file: string,
    { isFresh = false } = {},
  ) {
    if (isFresh) rmSync(file, { force: true });
    mkdirSync(dirname(file), { recursive: true });
    for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []) {
      const result = JSON.parse(line) as Result;
      // what differed is tried again
      if (result.problems.length === 0) this.results.set(result.name, result);
      else this.differed.set(result.name, [...(this.differed.get(result.name) ?? []), ...result.problems]);
    }
  }

  /**
   * Tries what has no result yet.
   * @param tell hears each result, with how many are left and how long they will take, in seconds
   */
  async run(
    trials: Trial[],
    sideBySide: number,
    tell: (result: Result, left: number, secondsLeft: number) => void,
  ): Promise<Result[]> {
    const open = trials.filter(({ name }) => !this.results.has(name));
    const began = Date.now();
    let done = 0;
    await takeTurns(open, sideBySide, async (trial) => {
      const result = await tryOne(trial);
      this.keep(result);
      done++;
      const left = open.length - done;
      tell(result, left, (((Date.now() - began) / done) * left) / 1000);
    });
    return trials.flatMap(({ name }) => this.results.get(name) ?? []).map((result) => this.recall(result));
  }

  private recall(result: Result): Result {
    const earlier = this.differed.get(result.name);
    return earlier
      ? {
          ...result,
          earlier,
        }
      : result;
  }

  private keep(result: Result): void {
    this.results.set(result.name, result);
    appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }
}

async function tryOne({ name, kind, run }: Trial): Promise<Result> {
  const began = Date.now();
  const counts: NonNullable<Result['counts']> = {};
  const count: Count = (what, times = 1) => (counts[what] = (counts[what] ?? 0) + times);
  const problems = await run(count).catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  return {
    name,
    kind,
    problems,
    seconds: (Date.now() - began) / 1000,
    counts,
  };
}
