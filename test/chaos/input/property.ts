import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { Trial } from '../campaign';

/** Of a counterexample; its seed and path, which repeat it, stand first. */
const LONGEST_PROBLEM = 3000;

/** How often a property is tried, and from which seed on: the same seed tries the same. */
export interface Tries {
  runs: number;
  seed: number;
}

/** What holds for whatever comes in. */
export interface InputProperty {
  /** a sentence */
  name: string;
  /** `M6 plan` */
  kind: string;
  /** @returns what was not as it has to be, in words */
  check(tries: Tries): Promise<string[]>;
}

/**
 * A property of an input.
 * @param judge throws where it does not hold
 */
export function describeProperty<T>(
  kind: string,
  name: string,
  inputs: fc.Arbitrary<T>,
  judge: (input: T) => unknown,
): InputProperty {
  const property = fc
    .asyncProperty(inputs, async (input) => {
      await judge(input);
    })
    // between two runs others of this process have their turn: a worker has to answer its server
    .beforeEach(async () => {
      await setImmediate();
    });
  return {
    name,
    kind,
    check: async ({ runs, seed }) => {
      const details = await fc.check(property, {
        numRuns: runs,
        seed,
      });
      if (!details.failed) return [];
      const report = [String(details.errorInstance), fc.defaultReportMessage(details)].join('\n');
      return [report.slice(0, LONGEST_PROBLEM)];
    },
  };
}

/** As cases of a campaign. */
export function listTrials(properties: readonly InputProperty[], tries: Tries): Trial[] {
  return properties.map(({ name, kind, check }) => ({
    name,
    kind,
    run: (count) => {
      count('inputs', tries.runs);
      return check(tries);
    },
  }));
}

/** Of `npm test`: what is red is red again. Others are tried by `npm run chaos`. */
const TEST_SEED = 821586076;

export const readTestSeed = (): number => Number(process.env['FUZZ_SEED'] ?? TEST_SEED);

/** Another one each time, unless `FUZZ_SEED` names it. */
export function chooseSeed(named: string | undefined = process.env['FUZZ_SEED']): number {
  return named === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(named);
}
