import { comparePlaces, formatPlace, type Place } from './place';

/** Something that can't be read. */
export interface Problem extends Place {
  message: string;
}

/** Characters of a name or a sentence: what somebody wrote may be a whole file. */
const LONGEST = 400;
const CONTROLS = /\p{Cc}+/gu;

function sayProblem({ file, line, message }: Problem): string {
  const place = formatPlace({
    file: cutToLine(file),
    line,
  });
  return `${place}  ${cutToLine(message)}`;
}

/** One line of at most so many characters. */
function cutToLine(text: string): string {
  const line = text.replace(CONTROLS, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}… (${line.length} characters)` : line;
}

/** Everything in a folder that can't be read, a line each: file:line and what. */
export class ImportError extends Error {
  readonly problems: string[];

  constructor(problems: Problem[]) {
    const sorted = [...problems].sort(comparePlaces);
    const lines = sorted.map(sayProblem);
    const unique = [...new Set(lines)];
    super(unique.join('\n'));
    this.name = 'ImportError';
    this.problems = unique;
  }
}
