import type { AnalysisPlan } from '../plan/analysis';
import { milliseconds } from '../plan/duration';
import type { GateVerdict, Measurement, SignalCounts, WatchState } from './types';

/** Nothing judged yet; data points before `since` (epoch ms) belong to what was before this gate. */
export function freshCounts(since: number): SignalCounts {
  return { failures: [], inconclusive: 0, consecutiveSuccesses: 0, consecutiveErrors: 0, judgedUntil: since };
}

/**
 * Adds one measurement, as Argo Rollouts counts: only errors and successes are counted in a row. Its analyses last
 * minutes and remember every failure; a week of ours forgets one after the plan's `failureWindow`.
 */
export function counted(
  before: SignalCounts,
  { verdict, at }: Measurement,
  isDataPoint: boolean,
  plan: Pick<AnalysisPlan, 'failureWindow'>,
): SignalCounts {
  const forgotten = Date.parse(at) - milliseconds(plan.failureWindow);
  const failures = before.failures.filter((failure) => failure > forgotten);
  const judgedUntil = isDataPoint ? Math.max(before.judgedUntil, Date.parse(at)) : before.judgedUntil;
  const after = { ...before, failures, judgedUntil, consecutiveErrors: 0 };
  switch (verdict) {
    case 'pass':
      return { ...after, consecutiveSuccesses: before.consecutiveSuccesses + 1 };
    case 'fail':
      return { ...after, failures: [...failures, Date.parse(at)], consecutiveSuccesses: 0 };
    case 'inconclusive':
      return { ...after, inconclusive: before.inconclusive + 1, consecutiveSuccesses: 0 };
    case 'error':
      return { ...after, consecutiveErrors: before.consecutiveErrors + 1, consecutiveSuccesses: 0 };
  }
}

/**
 * The gate's opinion of all signals. Only failures beyond the limit go back; missing or unreadable
 * data holds, until the signal has passed often enough again.
 */
export function opinion(
  plan: AnalysisPlan,
  counts: Record<string, SignalCounts>,
  latest: Record<string, Measurement>,
): Omit<WatchState, 'counts'> {
  const measurements = Object.keys(plan.signals).flatMap((name) => latest[name] ?? []);
  const say = (verdict: GateVerdict, reason?: string) => ({ verdict, measurements, ...(reason ? { reason } : {}) });
  for (const [name, { failures }] of Object.entries(counts)) {
    if (failures.length > plan.failureLimit) {
      return {
        ...say(
          'failed',
          `${name} failed ${failures.length} times within ${plan.failureWindow}, ${plan.failureLimit} are borne; last ${shown(latest[name])}`,
        ),
        failedSignal: name,
        failedClass: plan.signals[name]!.class,
      };
    }
  }
  for (const [name, { inconclusive, consecutiveErrors, consecutiveSuccesses }] of Object.entries(counts)) {
    if (consecutiveErrors > plan.consecutiveErrorLimit)
      return say(
        'holding',
        `${name} could not be looked at ${consecutiveErrors} times in a row: ${latest[name]?.message ?? ''}`,
      );
    if (inconclusive > plan.inconclusiveLimit && consecutiveSuccesses < plan.consecutiveSuccessLimit)
      return say('holding', `${name} was inconclusive ${inconclusive} times: ${latest[name]?.message ?? ''}`);
  }
  const passed = Object.keys(plan.signals).every(
    (name) => (counts[name]?.consecutiveSuccesses ?? 0) >= plan.consecutiveSuccessLimit,
  );
  return say(passed ? 'passing' : 'collecting');
}

function shown(measurement: Measurement | undefined): string {
  if (measurement?.value === undefined) return 'unknown';
  const { value, unit, comparison, limit } = measurement;
  return `${Number(value.toPrecision(3))} ${unit}`.trim() + ` against ${comparison} ${`${limit} ${unit}`.trim()}`;
}
