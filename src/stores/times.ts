/** How an answer names the times of samples. */
export interface Times {
  /** extended regular expression, for grep too: the last number of what matches is a time; it has one */
  pattern: string;
  /** how many of its units a second has */
  perSecond: number;
}

const LAST_NUMBER = /\d+(?:\.\d+)?(?=\D*$)/;

/** Milliseconds since 1970 that can't be a sample's: in another unit, or before anybody had such a stack. */
const EARLIEST = Date.parse('2000-01-01');
const LATEST = Date.parse('2100-01-01');

/**
 * Whole milliseconds since 1970 that an answer names, or what was let through of it. By its pattern and not as JSON: on
 * a host it is cut to that, since what else an answer holds is the users' own. What is no sample's time is left out.
 */
export function readTimes({ pattern, perSecond }: Times, answer: string): number[] {
  const matches = answer.match(new RegExp(pattern, 'g')) ?? [];
  const times = matches.map((match) => Math.round((Number(LAST_NUMBER.exec(match)![0]) * 1000) / perSecond));
  return times.filter((time) => time > EARLIEST && time < LATEST);
}
