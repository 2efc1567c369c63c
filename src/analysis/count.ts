import type { AnalysisPlan } from '../plan/analysis';
import { toMilliseconds } from '../plan/duration';
import { describeErrors, describeFailure, describeInconclusive } from './texts';
import type { Measurement, SignalCounts, WatchState } from './types';

/** Nothing judged yet; data points before `since` (epoch ms) belong to what was before this gate. */
export function createCounts(since: number): SignalCounts {
  return {
    failures: [],
    inconclusive: 0,
    consecutiveSuccesses: 0,
    consecutiveErrors: 0,
    judgedUntil: since,
  };
}

/**
 * Adds one measurement, as Argo Rollouts counts: only errors and successes are counted in a row. Its analyses last
 * minutes and remember every failure; a week of ours forgets one after the plan's `failureWindow`.
 * A data point is never judged again; a look without one (`isDataPoint` false) leaves it to be judged later.
 */
export function addMeasurement(
  before: SignalCounts,
  { verdict, at }: Measurement,
  isDataPoint: boolean,
  plan: Pick<AnalysisPlan, 'failureWindow'>,
): SignalCounts {
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
  switch (verdict) {
    case 'pass':
      return { ...interrupted, consecutiveSuccesses: before.consecutiveSuccesses + 1 };
    case 'fail':
      return { ...interrupted, failures: [...failures, time] };
    case 'inconclusive':
      return { ...interrupted, inconclusive: before.inconclusive + 1 };
    case 'error':
      return { ...interrupted, consecutiveErrors: before.consecutiveErrors + 1 };
  }
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
  return { ...verdict, measurements };
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
      return { verdict: 'holding', reason: describeErrors(subject) };
    }
    if (isInconclusive(plan, counts)) {
      return { verdict: 'holding', reason: describeInconclusive(subject) };
    }
  }
  return undefined;
}

function isInconclusive(plan: AnalysisPlan, counts: SignalCounts): boolean {
  const isTooOften = counts.inconclusive > plan.inconclusiveLimit;
  return isTooOften && !hasPassed(plan, counts);
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
  return { verdict: havePassed ? 'passing' : 'collecting' };
}
