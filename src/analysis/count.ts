import type { AnalysisPlan, SignalClass, SignalPlan } from '../plan/analysis';
import { toMilliseconds } from '../plan/duration';
import { describeErrors, describeFailure, describeInconclusive } from './texts';
import type { Measurement, SignalCounts, WatchState } from './types';

/** Nothing judged yet; data points before `since` (epoch ms) belong to what was before. */
export function createCounts(since: number): SignalCounts {
  return {
    failures: [],
    inconclusive: 0,
    consecutiveSuccesses: 0,
    consecutiveErrors: 0,
    judgedUntil: since,
  };
}

/** How measurements are counted. */
export type Counting = Pick<AnalysisPlan, 'failureWindow' | 'consecutiveSuccessLimit'> & {
  /** epoch ms: what a step measures until then lets nothing pass and calls nothing slow */
  warmUntil?: number;
};

/**
 * Adds one measurement, as Argo Rollouts counts: only errors and successes are counted in a row. Its analyses last
 * minutes and remember every failure; a week of ours forgets one after the plan's `failureWindow`, and what was
 * inconclusive once the signal has passed often enough.
 * A data point is never judged again; a look without one (`isDataPoint` false) leaves it to be judged later.
 */
export function addMeasurement(
  before: SignalCounts,
  measurement: Measurement,
  isDataPoint: boolean,
  plan: Counting,
): SignalCounts {
  const { verdict, at } = measurement;
  const time = Date.parse(at);
  const forgotten = time - toMilliseconds(plan.failureWindow);
  const failures = before.failures.filter((failure) => failure > forgotten);
  const judgedUntil = isDataPoint ? Math.max(before.judgedUntil, time) : before.judgedUntil;
  const interrupted = {
    ...before,
    failures,
    judgedUntil,
    consecutiveErrors: 0,
    consecutiveSuccesses: 0,
  };
  if (isWarmUp(measurement, plan)) return interrupted;
  switch (verdict) {
    case 'pass':
      return addSuccess(interrupted, before.consecutiveSuccesses + 1, plan);
    case 'fail':
      return {
        ...interrupted,
        failures: [...failures, time],
      };
    case 'inconclusive':
      return {
        ...interrupted,
        inconclusive: before.inconclusive + 1,
      };
    case 'error':
      return {
        ...interrupted,
        consecutiveErrors: before.consecutiveErrors + 1,
      };
  }
}

function addSuccess(counts: SignalCounts, consecutiveSuccesses: number, plan: Counting): SignalCounts {
  const hasRecovered = consecutiveSuccesses >= plan.consecutiveSuccessLimit;
  return {
    ...counts,
    consecutiveSuccesses,
    inconclusive: hasRecovered ? 0 : counts.inconclusive,
  };
}

/** Whether it says nothing yet: users feel errors from the first second, but what is new may be slow or silent. */
function isWarmUp({ verdict, at, class: signalClass }: Measurement, { warmUntil = 0 }: Counting): boolean {
  if (Date.parse(at) > warmUntil || verdict === 'error') return false;
  return verdict !== 'fail' || signalClass === 'performance';
}

/** What was counted before a new weight: what passed there proves nothing here, and failures still count. */
export function forgetSuccesses(state: WatchState): WatchState {
  const { measurements, refusals, rounds } = state;
  const counts = mapCounts(state.counts, (before) => ({
    ...before,
    inconclusive: 0,
    consecutiveSuccesses: 0,
  }));
  return {
    verdict: 'collecting',
    counts,
    measurements,
    ...(refusals && { refusals }),
    ...(rounds && { rounds }),
  };
}

/** What is judged, without some of the signals. */
export function leaveOut(analysis: AnalysisPlan, isLeftOut: (signal: SignalPlan) => boolean): AnalysisPlan {
  const signals = Object.entries(analysis.signals).filter(([, signal]) => !isLeftOut(signal));
  return {
    ...analysis,
    signals: Object.fromEntries(signals),
  };
}

/** What was counted, without the signals of a class: they are counted anew when they are judged again. */
export function forgetClass(state: WatchState, { signals }: AnalysisPlan, forgotten: SignalClass): WatchState {
  const isKept = (name: string) => signals[name]?.class !== forgotten;
  const counts = Object.entries(state.counts).filter(([name]) => isKept(name));
  const measurements = state.measurements.filter(({ signal }) => isKept(signal));
  const { refusals, rounds } = state;
  return {
    verdict: 'collecting',
    counts: Object.fromEntries(counts),
    measurements,
    ...(refusals && { refusals }),
    ...(rounds && { rounds }),
  };
}

function mapCounts(counts: Counts, change: (before: SignalCounts) => SignalCounts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, before]) => [name, change(before)]));
}

type Counts = Record<string, SignalCounts>;
type Latest = Record<string, Measurement>;
type Reasoned = Omit<WatchState, 'counts' | 'measurements'>;

/**
 * The gate's verdict on all signals. Only failures beyond the limit send traffic back; missing or unreadable
 * data holds, until the signal has passed often enough again.
 * @param latest the newest measurement of each signal
 */
export function judgeGate(plan: AnalysisPlan, counts: Counts, latest: Latest): Omit<WatchState, 'counts'> {
  const names = Object.keys(plan.signals);
  const measurements = names.flatMap((name) => latest[name] ?? []);
  const failure = findFailure(plan, counts, latest);
  const hold = failure ?? findHold(plan, counts, latest);
  const verdict = hold ?? judgeSuccesses(plan, counts);
  return {
    ...verdict,
    measurements,
  };
}

function findFailure(plan: AnalysisPlan, all: Counts, latest: Latest): Reasoned | undefined {
  for (const [signal, counts] of Object.entries(all)) {
    if (counts.failures.length <= plan.failureLimit) continue;
    return {
      verdict: 'failed',
      reason: describeFailure(
        {
          signal,
          counts,
          latest: latest[signal],
        },
        plan,
      ),
      failedSignal: signal,
      failedClass: plan.signals[signal]!.class,
    };
  }
  return undefined;
}

function findHold(plan: AnalysisPlan, all: Counts, latest: Latest): Reasoned | undefined {
  for (const [signal, counts] of Object.entries(all)) {
    const subject = {
      signal,
      counts,
      latest: latest[signal],
    };
    if (counts.consecutiveErrors > plan.consecutiveErrorLimit) {
      return {
        verdict: 'holding',
        reason: describeErrors(subject),
      };
    }
    if (counts.inconclusive > plan.inconclusiveLimit) {
      return {
        verdict: 'holding',
        reason: describeInconclusive(subject),
      };
    }
  }
  return undefined;
}

function hasPassed(plan: AnalysisPlan, { consecutiveSuccesses }: SignalCounts): boolean {
  return consecutiveSuccesses >= plan.consecutiveSuccessLimit;
}

function judgeSuccesses(plan: AnalysisPlan, all: Counts): Reasoned {
  const names = Object.keys(plan.signals);
  const havePassed = names.every((name) => {
    const counts = all[name];
    return counts !== undefined && hasPassed(plan, counts);
  });
  return {
    verdict: havePassed ? 'passing' : 'collecting',
  };
}
