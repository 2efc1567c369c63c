import type { SignalClass } from '../plan/analysis';

/** What one look at one signal says. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** A data point of a signal. */
export interface DataPoint {
  /** epoch ms; keeps it from being judged twice */
  at: number;
  value: number;
  /** how many requests, tasks or the like it speaks for */
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

/** Requests that a probe has sent through the load balancer, the same number to each moving name. */
export interface AskedRound {
  /** epoch ms: it may have sent one from then on, and until then */
  from: number;
  until: number;
  /** to each name */
  asked: number;
  /** percent that the balancer answered itself by an error, or nobody, of the worst name; absent: not known (yet) */
  unanswered?: number;
}

/** What a gate has counted of one signal. */
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
 * What a gate makes of all signals. `collecting`: not enough successes in a row yet; `passing`: the step may end;
 * `failed`: traffic goes back; `holding`: too little data or too many errors, a human is told.
 */
export type GateVerdict = 'collecting' | 'passing' | 'failed' | 'holding';

/** A gate's verdict, and what led to it. */
export interface WatchState {
  verdict: GateVerdict;
  reason?: string;
  /** class of the signal that failed */
  failedClass?: SignalClass;
  failedSignal?: string;
  counts: Record<string, SignalCounts>;
  /** the latest of each signal */
  measurements: Measurement[];
  /** moving names to which somebody has come since they got their weight */
  came?: string[];
  /** those that nobody has come to although all else passed, as long as that is so */
  absent?: string[];
  /** what a probe has asked of late, oldest first */
  rounds?: AskedRound[];
  /** what is told once and judged by nobody: what AWS refused to say of what users come through, what is gone beside it */
  refusals?: string[];
}
