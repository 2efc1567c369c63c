import { addMeasurement, createCounts, judgeGate } from '../../analysis/count';
import { judgePoint, measureSilence, measureFailedLook } from '../../analysis/judge';
import { judgeMissing } from '../../analysis/missing';
import { isNews } from '../../analysis/news';
import { isNewAbsence, judgeVisits } from '../../analysis/visitors';
import { findSignalSource } from '../../analysis/signals';
import type { DataPoint, Measurement, SignalCounts, WatchState } from '../../analysis/types';
import type { WatchHeartbeat, WatchRequest, WatchResult } from '../../contract/watch';
import type { SignalPlan } from '../../plan/analysis';
import { toMilliseconds } from '../../plan/duration';
import type { Deps } from '../clients';
import { askNames } from '../probe/user-request';
import { heartbeat, lastHeartbeat, wasCancelledByWorkflow } from '../pacing';
import { AskedRounds, type AskedWatch } from './asked-rounds';
import { REAL_TIME } from './clock';
import { listMissingParts, lookForMissing } from './missing-resource';
import { fetchSeries, RECALLED_MS, type Span } from './metric';
import { UNREADABLE_COUNTS } from './texts';
import { lookForVisitors } from './visitors';
import { readHeartbeat } from './watch-heartbeat';

/** A signal is silent when as many periods have gone by without a data point. */
const SILENT_PERIODS = 3;

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
 * Looks at all signals every interval; returns only what is news (`analysis/news.ts`), and what it has counted when the
 * workflow wants to ask for something else. Goes on from its last heartbeat.
 */
export async function watchSignals(deps: Deps, request: WatchRequest, clock = REAL_TIME): Promise<WatchResult> {
  let seen = resume(request, clock.now());
  const asked = new AskedRounds(request, (...round) => askNames(deps, ...round), clock);
  try {
    seen = await lookForParts(deps, request, seen);
    for (;;) {
      const rounds = asked.goOn(seen.state.rounds);
      seen = await look(
        deps,
        {
          ...request,
          ...(rounds.length > 0 && { rounds }),
        },
        seen,
        clock.now(),
      );
      heartbeat(seen);
      if (isWorthTelling(request, seen)) break;
      await clock.sleep(toMilliseconds(request.analysis.interval));
    }
  } catch (error) {
    if (!wasCancelledByWorkflow(error)) throw error;
  }
  const { state, note } = seen;
  return {
    state,
    ...(note !== undefined && { note }),
  };
}

function isWorthTelling(request: WatchRequest, { at, since, state }: WatchHeartbeat): boolean {
  const { verdict: told, refusals = [] } = request.state;
  const hasNewRefusal = state.refusals?.some((refusal) => !refusals.includes(refusal)) === true;
  if (hasNewRefusal || isNewAbsence(state, request.state, request.awaitsPass)) return true;
  return isNews(state.verdict, Date.parse(at) - since, { ...request, told });
}

/** What the attempt before this one has seen; else what the workflow knows. */
function resume({ state }: WatchRequest, now: number): WatchHeartbeat {
  const details = lastHeartbeat();
  const seen = details === undefined ? undefined : readHeartbeat(details);
  if (seen) return seen;
  return {
    at: new Date(now).toISOString(),
    since: now,
    state,
    ...(details !== undefined && { note: UNREADABLE_COUNTS }),
  };
}

async function look(deps: Deps, request: AskedWatch, before: WatchHeartbeat, now: number): Promise<WatchHeartbeat> {
  const state = addMissingCounts(request, before.state, now);
  const { expected, rounds } = request;
  const [looks, { missing, refusals }, came] = await Promise.all([
    lookAtSignals(deps, request, state.counts, now),
    lookForMissing(deps, request),
    expected ? lookForVisitors(deps, request, expected, before.state.came, now) : [],
  ]);
  const counted = judgeMissing(countLooks(request, state, looks), before.state, missing, now);
  const visited = expected ? judgeVisits(counted, before.state, expected, came) : counted;
  const judged = addRefusals(visited, before.state, refusals);
  const isOther = judged.verdict !== before.state.verdict;
  return {
    ...before,
    at: new Date(now).toISOString(),
    since: isOther ? now : before.since,
    state: {
      ...judged,
      ...(rounds && { rounds }),
    },
  };
}

/** Once in each watch: at a weight, when a gate asks, and as often as a verdict that stands is told. */
async function lookForParts(deps: Deps, { parts }: WatchRequest, before: WatchHeartbeat): Promise<WatchHeartbeat> {
  const gone = parts ? await listMissingParts(deps, parts) : [];
  return {
    ...before,
    state: addRefusals(before.state, before.state, gone),
  };
}

/** Those that were told once stay: what is refused now and then is told no second time. */
function addRefusals(state: WatchState, before: WatchState, refusals: string[]): WatchState {
  const known = [...new Set([...(before.refusals ?? []), ...refusals])];
  if (known.length === 0) return state;
  return {
    ...state,
    refusals: known,
  };
}

/** A signal that was not judged until now begins now. */
function addMissingCounts({ analysis }: WatchRequest, state: WatchState, now: number): WatchState {
  const names = Object.keys(analysis.signals);
  const counts = names.map((name) => [name, state.counts[name] ?? createCounts(now)]);
  return {
    ...state,
    counts: Object.fromEntries(counts) as Counts,
  };
}

function countLooks({ analysis, warmUntil }: WatchRequest, state: WatchState, looks: SignalLook[]): WatchState {
  const latest: Record<string, Measurement> = {};
  for (const measurement of state.measurements) {
    latest[measurement.signal] = measurement;
  }
  const counts = {
    ...state.counts,
  };
  const counting = {
    ...analysis,
    warmUntil,
  };
  for (const { measurement, isDataPoint } of looks) {
    const { signal } = measurement;
    latest[signal] = measurement;
    counts[signal] = addMeasurement(counts[signal]!, measurement, isDataPoint, counting);
  }
  return {
    counts,
    ...judgeGate(analysis, counts, latest),
  };
}

/**
 * Every data point that no look judged before, or
 * that a signal is silent, or that the look failed.
 */
async function lookAtSignals(deps: Deps, request: AskedWatch, counts: Counts, now: number): Promise<SignalLook[]> {
  const { analysis } = request;
  const signals = Object.entries(analysis.signals);
  try {
    const points = await fetchDataPoints(deps, request, spanOf(request, counts, now));
    return signals.flatMap(([name, signal]) => {
      const since = counts[name]!.judgedUntil;
      const fresh = (points[name] ?? []).filter(({ at }) => at > since);
      if (fresh.length > 0) return judgeDataPoints(name, signal, fresh);
      const isSilent = now - since > silenceOf(analysis);
      return isSilent
        ? [
            {
              measurement: measureSilence(name, signal, now),
              isDataPoint: false,
            },
          ]
        : [];
    });
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return signals.map(([name, signal]) => {
      const measurement = measureFailedLook(name, signal, now, reason);
      return {
        measurement,
        isDataPoint: false,
      };
    });
  }
}

function judgeDataPoints(name: string, signal: SignalPlan, points: DataPoint[]): SignalLook[] {
  return points.map((point) => {
    const measurement = judgePoint(name, signal, point);
    return {
      measurement,
      isDataPoint: true,
    };
  });
}

/** After how many milliseconds without a data point a signal is silent. */
function silenceOf({ period, settle }: WatchRequest['analysis']): number {
  return SILENT_PERIODS * toMilliseconds(period) + toMilliseconds(settle);
}

/** The data points of all signals, oldest first, in one call. */
async function fetchDataPoints(deps: Deps, request: AskedWatch, span: Span): Promise<Record<string, DataPoint[]>> {
  const signals = Object.entries(request.analysis.signals).map(([name, signal]) => {
    const source = findSignalSource(signal);
    return {
      name,
      source,
      queries: source.queries(request),
    };
  });
  const queries = signals.flatMap((signal) => signal.queries);
  const series = await fetchSeries(deps, queries, span);
  const points = signals.map(({ name, source, queries: own }) => {
    const unsorted = source.points(series.splice(0, own.length), request);
    return [name, unsorted.sort((a, b) => a.at - b.at)];
  });
  return Object.fromEntries(points) as Record<string, DataPoint[]>;
}

/** Settled periods only, since newer ones still change, and all that were not judged yet. */
function spanOf({ analysis }: WatchRequest, counts: Counts, now: number): Span {
  const periodMs = toMilliseconds(analysis.period);
  const settledMs = now - toMilliseconds(analysis.settle);
  const endMs = Math.floor(settledMs / periodMs) * periodMs;
  const judgedMs = Object.values(counts).map(({ judgedUntil }) => judgedUntil);
  const unjudgedMs = Math.max(Math.min(endMs, ...judgedMs), endMs - RECALLED_MS);
  const startMs = Math.min(endMs - toMilliseconds(analysis.lookback), unjudgedMs);
  return {
    periodMs,
    startMs,
    endMs,
  };
}
