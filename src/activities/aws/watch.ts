import { addMeasurement, createCounts, judgeGate } from '../../analysis/count';
import { judgePoint, measureSilence, measureFailedLook } from '../../analysis/judge';
import { findSignalSource } from '../../analysis/signals';
import type { DataPoint, Measurement, SignalCounts, WatchState } from '../../analysis/types';
import type { WatchHeartbeat, WatchRequest, WatchResult } from '../../contract/watch';
import type { SignalPlan } from '../../plan/analysis';
import { toMilliseconds } from '../../plan/duration';
import type { Deps } from '../clients';
import { heartbeat, lastHeartbeat, sleepWithHeartbeats } from '../pacing';
import { fetchSeries, type Span } from './metric';

/** A signal is silent when as many periods have gone by without a data point. */
const SILENT_PERIODS = 3;
/**
 * How far back a worker that was away looks for what nobody
 * judged; CloudWatch keeps periods under a minute as long.
 */
const RECALLED_MS = 3 * 3_600_000;

type Counts = Record<string, SignalCounts>;

/**
 * What one look says of one signal; `isDataPoint`: of
 * a data point, and not of silence or a failed look.
 */
interface SignalLook {
  measurement: Measurement;
  isDataPoint: boolean;
}

/**
 * Looks at all signals every interval; returns only when
 * the verdict is another. Goes on from its last heartbeat.
 */
export async function watchSignals(deps: Deps, request: WatchRequest): Promise<WatchResult> {
  const { analysis, verdict } = request;
  const since = Date.now();
  let state = lastHeartbeat<WatchHeartbeat>()?.state ?? request.state;
  const isFirst = Object.keys(state.counts).length === 0;
  if (isFirst) state = { ...state, counts: startCounts(request, since) };
  while (state.verdict === verdict) {
    const looks = await lookAtSignals(deps, request, state.counts);
    state = countLooks(request, state, looks, since);
    const details = buildHeartbeat(state);
    heartbeat(details);
    if (state.verdict !== verdict) break;
    await sleepWithHeartbeats(toMilliseconds(analysis.interval), details);
  }
  return { state };
}

function buildHeartbeat(state: WatchState): WatchHeartbeat {
  return {
    at: new Date().toISOString(),
    state,
    measurements: state.measurements,
  };
}

function startCounts({ analysis }: WatchRequest, since: number): Counts {
  const names = Object.keys(analysis.signals);
  return Object.fromEntries(names.map((name) => [name, createCounts(since)]));
}

function countLooks({ analysis }: WatchRequest, state: WatchState, looks: SignalLook[], since: number): WatchState {
  const latest: Record<string, Measurement> = {};
  for (const measurement of state.measurements) {
    latest[measurement.signal] = measurement;
  }
  const counts = { ...state.counts };
  for (const { measurement, isDataPoint } of looks) {
    const { signal } = measurement;
    const before = counts[signal] ?? createCounts(since);
    latest[signal] = measurement;
    counts[signal] = addMeasurement(before, measurement, isDataPoint, analysis);
  }
  return { counts, ...judgeGate(analysis, counts, latest) };
}

/**
 * Every data point that no look judged before, or
 * that a signal is silent, or that the look failed.
 */
async function lookAtSignals(deps: Deps, request: WatchRequest, counts: Counts): Promise<SignalLook[]> {
  const { analysis } = request;
  const signals = Object.entries(analysis.signals);
  const now = Date.now();
  try {
    const points = await fetchDataPoints(deps, request, counts);
    return signals.flatMap(([name, signal]) => {
      const since = counts[name]?.judgedUntil ?? now;
      const fresh = (points[name] ?? []).filter(({ at }) => at > since);
      if (fresh.length > 0) return judgeDataPoints(name, signal, fresh);
      const isSilent = now - since > silenceOf(analysis);
      return isSilent ? [{ measurement: measureSilence(name, signal, now), isDataPoint: false }] : [];
    });
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return signals.map(([name, signal]) => {
      const measurement = measureFailedLook(name, signal, now, reason);
      return { measurement, isDataPoint: false };
    });
  }
}

function judgeDataPoints(name: string, signal: SignalPlan, points: DataPoint[]): SignalLook[] {
  return points.map((point) => {
    const measurement = judgePoint(name, signal, point);
    return { measurement, isDataPoint: true };
  });
}

/** After how many milliseconds without a data point a signal is silent. */
function silenceOf({ period, settle }: WatchRequest['analysis']): number {
  return SILENT_PERIODS * toMilliseconds(period) + toMilliseconds(settle);
}

/** The data points of all signals, oldest first, in one call. */
async function fetchDataPoints(
  deps: Deps,
  request: WatchRequest,
  counts: Counts,
): Promise<Record<string, DataPoint[]>> {
  const signals = Object.entries(request.analysis.signals).map(([name, signal]) => {
    const source = findSignalSource(signal);
    return {
      name,
      source,
      queries: source.queries(request),
    };
  });
  const queries = signals.flatMap((signal) => signal.queries);
  const series = await fetchSeries(deps, queries, spanOf(request, counts));
  const points = signals.map(({ name, source, queries: own }) => {
    const unsorted = source.points(series.splice(0, own.length));
    return [name, unsorted.sort((a, b) => a.at - b.at)];
  });
  return Object.fromEntries(points) as Record<string, DataPoint[]>;
}

/** Settled periods only, since newer ones still change, and all that were not judged yet. */
function spanOf({ analysis }: WatchRequest, counts: Counts): Span {
  const periodMs = toMilliseconds(analysis.period);
  const settledMs = Date.now() - toMilliseconds(analysis.settle);
  const endMs = Math.floor(settledMs / periodMs) * periodMs;
  const judgedMs = Object.values(counts).map(({ judgedUntil }) => judgedUntil);
  const unjudgedMs = Math.max(Math.min(endMs, ...judgedMs), endMs - RECALLED_MS);
  const startMs = Math.min(endMs - toMilliseconds(analysis.lookback), unjudgedMs);
  return { periodMs, startMs, endMs };
}
