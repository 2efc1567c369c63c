import { describeAbsence } from './texts';
import type { WatchState } from './types';

/** Moving names that have a weight above 0, and that somebody has to come to. */
export interface ExpectedVisits {
  names: string[];
  /** epoch ms, when they got their weight: who came before came to another one */
  since: number;
  /** `at 10 %` */
  where: string;
}

/**
 * Signals that pass say nothing of a name to which nobody came: its step holds. Asked only where all else passes, since
 * until then a period may still come; from then on a name leaves the list as somebody comes to it.
 * @param before what the look before this one has judged
 * @param came names to which somebody has come by now
 */
export function judgeVisits(
  state: WatchState,
  before: WatchState,
  expected: ExpectedVisits,
  came: string[],
): WatchState {
  const isAsked = state.verdict === 'passing' || before.absent !== undefined;
  const absent = expected.names.filter((name) => !came.includes(name));
  if (!isAsked || absent.length === 0) return { ...state, came };
  const seen = {
    ...state,
    came,
    absent,
  };
  if (state.verdict !== 'passing') return seen;
  return {
    ...seen,
    verdict: 'holding',
    reason: describeAbsence(absent, expected.where),
  };
}

/**
 * Whether the names to which nobody came are others than those that were told: a gate that waits for nothing else has to
 * know them, and whoever was told that somebody came since.
 */
export function isNewAbsence(seen: WatchState, told: WatchState, awaitsPass: boolean): boolean {
  const isHeard = awaitsPass || told.absent !== undefined;
  return isHeard && String(seen.absent) !== String(told.absent);
}
