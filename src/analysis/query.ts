import type { AskedRound, DataPoint } from './types';

/** One metric to ask CloudWatch for. */
export interface MetricQuery {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  stat: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'p95';
}

/** Values by their period's begin in epoch milliseconds. */
export type Series = Map<number, number>;

/** All of a series; a period without a data point adds nothing. */
export const sumValues = (series: Series): number => [...series.values()].reduce((sum, value) => sum + value, 0);

/** What the gate looks at: how CloudWatch names it. */
export interface WatchedStack {
  cluster: string;
  loadBalancer: string;
  /** nobody else's requests come to it, so that what it answers itself it answers to ours */
  isOwnBalancer: boolean;
  services: {
    name: string;
    count: number;
    targetGroup?: string;
    /** moving names that lead to it */
    hosts?: string[];
    /** ports of the ingest that lead to it, as CloudWatch names them */
    ingest?: {
      loadBalancer: string;
      targetGroup: string;
    }[];
    /** epoch ms: until then it was replaced, and what was measured of it says nothing */
    since?: number;
  }[];
  /** what a probe has asked of late */
  rounds?: AskedRound[];
}

type WatchedService = WatchedStack['services'][number];

/** Whether what was measured of a service at a time (epoch ms) is judged. */
export const isJudged = ({ since = 0 }: WatchedService, at: number): boolean => at >= since;

/** How one kind of signal is measured: what to ask for, and what the answers mean. */
export interface SignalSource {
  queries: (subject: WatchedStack) => MetricQuery[];
  /** @param series in the order of `queries` */
  points: (series: Series[], subject: WatchedStack) => DataPoint[];
}

/**
 * Periods that all series have, in epoch ms:
 * one that has not reported yet is not judged.
 */
export function listSharedPeriods(all: Series[]): number[] {
  const [first, ...others] = all;
  if (!first) return [];
  const periods = [...first.keys()];
  return periods.filter((period) => {
    return others.every((series) => series.has(period));
  });
}
