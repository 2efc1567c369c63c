import type { SignalClass } from '../plan/analysis';

/** One look at one signal. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** A data point of a signal; `at` (epoch ms) keeps it from being judged twice. */
export interface DataPoint {
  at: number;
  value: number;
  samples: number;
}

/** One judged look: what was measured, against which limit, and what it means. */
export interface Measurement {
  signal: string;
  class: SignalClass;
  verdict: Verdict;
  value?: number;
  unit: string;
  limit: number;
  comparison: '≤' | '≥';
  /** ISO time of the data point, or of the look where there was none */
  at: string;
  message?: string;
}

export interface SignalCounts {
  /** epoch ms of the failures that still count, oldest first */
  failures: number[];
  inconclusive: number;
  consecutiveSuccesses: number;
  consecutiveErrors: number;
  /** epoch ms of the newest data point judged */
  judgedUntil: number;
}

/**
 * The gate's opinion. `collecting`: not enough successes in a row yet; `passing`: the step may end;
 * `failed`: goes back; `holding`: too little data or too many errors, a human is told.
 */
export type GateVerdict = 'collecting' | 'passing' | 'failed' | 'holding';

export interface WatchState {
  verdict: GateVerdict;
  reason?: string;
  /** class of the signal that failed */
  failedClass?: SignalClass;
  failedSignal?: string;
  counts: Record<string, SignalCounts>;
  measurements: Measurement[];
}
