import { comparePlaces, formatPlace, type Place } from './place';

/** Something that can't be read. */
export interface Problem extends Place {
  message: string;
}

/** Everything in a folder that can't be read, a line each: file:line and what. */
export class ImportError extends Error {
  readonly problems: string[];

  constructor(problems: Problem[]) {
    const sorted = [...problems].sort(comparePlaces);
    const lines = sorted.map((problem) => `${formatPlace(problem)}  ${problem.message}`);
    const unique = [...new Set(lines)];
    super(unique.join('\n'));
    this.name = 'ImportError';
    this.problems = unique;
  }
}
