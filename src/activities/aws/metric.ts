import { GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { MetricQuery, Series } from '../../analysis/query';
import type { Deps } from '../clients';

/**
 * How far back a worker that was away looks for what nobody
 * judged; CloudWatch keeps periods under a minute as long.
 */
export const RECALLED_MS = 3 * 3_600_000;

/** Which periods to ask CloudWatch for; epoch ms. */
export interface Span {
  periodMs: number;
  startMs: number;
  endMs: number;
}

/**
 * Asks CloudWatch for all queries in one call (and
 * its pages); the series stand in the queries' order.
 */
export async function fetchSeries(deps: Deps, queries: MetricQuery[], span: Span): Promise<Series[]> {
  const { cloudwatch } = deps.clients;
  const series: Series[] = queries.map(() => new Map());
  const dataQueries = queries.map((query, index) => buildQuery(query, index, span.periodMs));
  let token: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: dataQueries,
        StartTime: new Date(span.startMs),
        EndTime: new Date(span.endMs),
        NextToken: token,
      }),
    );
    for (const result of page.MetricDataResults ?? []) addValues(series, result);
    token = page.NextToken;
  } while (token);
  return series;
}

/** A query's id is `m` and its index: an id begins with a letter. */
function buildQuery(query: MetricQuery, index: number, periodMs: number): MetricDataQuery {
  const dimensions = Object.entries(query.dimensions).map(([Name, Value]) => ({
    Name,
    Value,
  }));
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: query.namespace,
        MetricName: query.metric,
        Dimensions: dimensions,
      },
      Period: Math.max(1, periodMs / 1000),
      Stat: query.stat,
    },
  };
}

function addValues(series: Series[], { Id, Timestamps = [], Values = [] }: MetricDataResult): void {
  const points = series[Number(Id?.slice(1))];
  for (const [position, begin] of Timestamps.entries()) {
    const value = Values[position];
    if (value !== undefined) points?.set(begin.getTime(), value);
  }
}
