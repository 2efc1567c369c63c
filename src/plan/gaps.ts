import { toMilliseconds, type Duration } from './duration';

/** A gap of any length, one that nobody could measure too. */
export const ANY_GAP = 'any';

type Gap = Duration | typeof ANY_GAP;

/** What a plan says of gaps; of a run that was begun before plans did, nothing. */
export interface GapsPlan {
  maxGap?: Gap;
  maxGaps?: Record<string, Gap>;
}

/** How long a gap of a store may be. */
export const findMaxGap = ({ maxGap = ANY_GAP, maxGaps = {} }: GapsPlan, service: string): Gap =>
  maxGaps[service] ?? maxGap;

/** The same in seconds; Infinity: as long as it likes. */
export function readMaxGap(plan: GapsPlan, service: string): number {
  const gap = findMaxGap(plan, service);
  return gap === ANY_GAP ? Infinity : toMilliseconds(gap) / 1000;
}
