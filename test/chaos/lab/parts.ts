import type { Count, Trial } from '../campaign';
import { findSmallest } from './bisect';

/** A trial of much at once. */
export interface Whole<T> {
  name: string;
  kind: string;
  items: T[];
  /** of the trial of one of them alone */
  nameOf: (item: T) => string;
  /** @returns what was not as it has to be with these */
  attempt: (some: T[], count: Count) => Promise<string[]>;
}

/** One trial of all, which finds by halves which of them it is, and a part for each. */
export function listWithParts<T>({ name, kind, items, nameOf, attempt }: Whole<T>): Trial[] {
  const whole: Trial = {
    name,
    kind,
    run: async (count) => {
      const problems = await attempt(items, count);
      if (problems.length === 0) return [];
      process.stderr.write(`differs: ${name}: halving; ${problems.join('; ')}\n`);
      const found = await findSmallest(items, problems, (some) => attempt(some, count));
      if (found.items.length === 1) {
        return [`alone: npm run chaos -- --only '${nameOf(found.items[0]!)}'`, ...found.problems];
      }
      return [`only together: ${found.items.map(nameOf).join(', ')}`, ...found.problems];
    },
  };
  const parts = items.map((item): Trial => ({
    name: nameOf(item),
    kind,
    isPart: true,
    run: (count) => attempt([item], count),
  }));
  return [whole, ...parts];
}
