import type { SignalPlan } from '../../plan/analysis';
import type { MetricQuery, SignalSource } from '../query';
import type { DataPoint } from '../types';

/**
 * A metric that somebody publishes, by default in namespace LGTM/Migration:
 * its average of each period.
 */
export function customSignal(signal: SignalPlan): SignalSource {
  const { namespace, metric, dimensions } = signal;
  const query: MetricQuery = {
    namespace,
    metric,
    dimensions,
    stat: 'Average',
  };
  return {
    queries: () => [query],
    points: ([series = new Map()]) => [...series].map(asPoint),
  };
}

function asPoint([at, value]: [number, number]): DataPoint {
  return {
    at,
    value,
    samples: 1,
  };
}
