import type { GateVerdict } from './types';

/** What those who watch have been told, and what they wait for. */
export interface Listener {
  told: GateVerdict;
  /** a gate waits for nothing but the signals */
  awaitsPass: boolean;
  /** a failure changes nothing any more */
  onlyShows: boolean;
  /** how many ms any other verdict must stand to be told */
  quietMs: number;
}

/**
 * Whether a verdict is worth the history. A failure is at once, and a pass that a gate waits for; any other once it has
 * stood long enough, so that a signal which flaps costs nothing. Whoever was told that it holds is reminded.
 * @param stoodMs how long the verdict is this one
 */
export function isNews(verdict: GateVerdict, stoodMs: number, listener: Listener): boolean {
  const { told, awaitsPass, onlyShows, quietMs } = listener;
  if (verdict === 'failed' && !onlyShows) return true;
  if (verdict === 'passing' && awaitsPass) return true;
  const isKnown = verdict === told && verdict !== 'holding';
  return !isKnown && stoodMs >= quietMs;
}
