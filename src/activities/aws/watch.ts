import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { counted, freshCounts, opinion } from '../../analysis/count';
import { judge, noData, notSeen } from '../../analysis/judge';
import type { MetricQuery, Series } from '../../analysis/query';
import { sourceOf } from '../../analysis/signals';
import type { DataPoint, Measurement, SignalCounts, WatchState } from '../../analysis/types';
import { milliseconds } from '../../plan/duration';
import type { Deps } from '../clients';
import { heartbeat, lastHeartbeat, restAlive } from '../pacing';
import type { Activities } from '../../contract/activities';
import type { WatchHeartbeat, WatchRequest } from '../../contract/watch';

/** A signal is silent when as many periods have gone by without a data point. */
const SILENT_PERIODS = 3;
/** How far back a worker that was away looks for what nobody judged; CloudWatch keeps periods under a minute as long. */
const RECALLED_MS = 3 * 3_600_000;

/** The watch of a gate: looks every interval, and comes back only when the verdict is another. */
export function watchActivities({ clients: { cloudwatch } }: Deps) {
  /** All signals in one call; each series holds settled periods only, since newer ones still change, and all that were not judged yet. */
  async function look(
    request: WatchRequest,
    counts: Record<string, SignalCounts>,
  ): Promise<Record<string, DataPoint[]>> {
    const { analysis } = request;
    const period = milliseconds(analysis.period);
    const end = Math.floor((Date.now() - milliseconds(analysis.settle)) / period) * period;
    const unjudged = Math.min(end, ...Object.values(counts).map(({ judgedUntil }) => judgedUntil));
    const start = Math.min(end - milliseconds(analysis.lookback), Math.max(unjudged, end - RECALLED_MS));
    const wanted = Object.entries(analysis.signals).map(([name, signal]) => ({ name, source: sourceOf(signal) }));
    const queries = wanted.map(({ source }) => source.queries(request));
    const flat = queries.flat();
    const series = await fetch(flat, period, start, end);
    let next = 0;
    return Object.fromEntries(
      wanted.map(({ name, source }, index) => {
        const own = series.slice(next, (next += queries[index]!.length));
        return [name, source.points(own).sort((a, b) => a.at - b.at)];
      }),
    );
  }

  async function fetch(queries: MetricQuery[], periodMs: number, startMs: number, endMs: number): Promise<Series[]> {
    const series: Series[] = queries.map(() => new Map());
    const MetricDataQueries: MetricDataQuery[] = queries.map(({ namespace, metric, dimensions, stat }, index) => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: metric,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: Math.max(1, periodMs / 1000),
        Stat: stat,
      },
    }));
    let NextToken: string | undefined;
    do {
      const page = await cloudwatch.send(
        new GetMetricDataCommand({
          MetricDataQueries,
          StartTime: new Date(startMs),
          EndTime: new Date(endMs),
          NextToken,
        }),
      );
      for (const { Id, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        Timestamps.forEach((at, index) => series[Number(Id!.slice(1))]!.set(at.getTime(), Values[index]!));
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return series;
  }

  return {
    async watchSignals(request) {
      const { analysis } = request;
      const previous = lastHeartbeat<WatchHeartbeat>();
      let state: WatchState = previous?.state ?? request.state;
      const latest = Object.fromEntries(state.measurements.map((measurement) => [measurement.signal, measurement]));
      const since = Date.now();
      const began = Object.keys(state.counts).length === 0;
      if (began)
        state = {
          ...state,
          counts: Object.fromEntries(Object.keys(analysis.signals).map((name) => [name, freshCounts(since)])),
        };
      const alive = (): WatchHeartbeat => ({ at: new Date().toISOString(), state, measurements: state.measurements });
      while (state.verdict === request.verdict) {
        const measurements = await measure(request, state.counts);
        const counts: Record<string, SignalCounts> = { ...state.counts };
        for (const { measurement, isDataPoint } of measurements) {
          latest[measurement.signal] = measurement;
          counts[measurement.signal] = counted(
            counts[measurement.signal] ?? freshCounts(since),
            measurement,
            isDataPoint,
            analysis,
          );
        }
        state = { counts, ...opinion(analysis, counts, latest) };
        heartbeat(alive());
        if (state.verdict === request.verdict) await restAlive(milliseconds(analysis.interval), alive());
      }
      return { state };
    },
  } satisfies Partial<Activities>;

  /** Every data point that no look judged before, or that a signal is silent, or that the look failed. */
  async function measure(
    request: WatchRequest,
    counts: Record<string, SignalCounts>,
  ): Promise<{ measurement: Measurement; isDataPoint: boolean }[]> {
    const signals = Object.entries(request.analysis.signals);
    const now = Date.now();
    let points: Record<string, DataPoint[]>;
    try {
      points = await look(request, counts);
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return signals.map(([name, signal]) => ({ measurement: notSeen(name, signal, now, why), isDataPoint: false }));
    }
    const silence = SILENT_PERIODS * milliseconds(request.analysis.period) + milliseconds(request.analysis.settle);
    return signals.flatMap(([name, signal]): { measurement: Measurement; isDataPoint: boolean }[] => {
      const until = counts[name]?.judgedUntil ?? now;
      const fresh = (points[name] ?? []).filter(({ at }) => at > until);
      if (fresh.length > 0)
        return fresh.map((point) => ({ measurement: judge(name, signal, point), isDataPoint: true }));
      return now - until > silence ? [{ measurement: noData(name, signal, now), isDataPoint: false }] : [];
    });
  }
}
