import type { MetricOf } from '../../plan/metrics';
import { listSharedPeriods, type MetricQuery, type SignalSource, type WatchedStack } from '../query';

type Stat = MetricQuery['stat'];

function queryBalancer({ loadBalancer }: WatchedStack, metric: string, stat: Stat): MetricQuery {
  return {
    namespace: 'AWS/ApplicationELB',
    metric,
    dimensions: { LoadBalancer: loadBalancer },
    stat,
  };
}

function queryHealthyHosts(subject: WatchedStack, targetGroup: string): MetricQuery {
  const query = queryBalancer(subject, 'HealthyHostCount', 'Minimum');
  return {
    ...query,
    dimensions: { ...query.dimensions, TargetGroup: targetGroup },
  };
}

/**
 * 5xx of targets and of the balancer that had chosen one.
 * Not its 503: that is what our own default action answers to strangers,
 * RequestCount leaves it out, and where no target is left the healthy hosts say so.
 */
const ERRORS = [
  'HTTPCode_Target_5XX_Count',
  'HTTPCode_ELB_500_Count',
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_504_Count',
];

/**
 * A counter of errors is absent when there were none:
 * requests without it mean zero.
 */
const errorShare: SignalSource = {
  queries: (subject) => {
    const counters = ['RequestCount', ...ERRORS];
    return counters.map((metric) => queryBalancer(subject, metric, 'Sum'));
  },
  points: ([requests = new Map(), ...errors]) =>
    [...requests].map(([at, count]) => {
      const counts = errors.map((series) => series.get(at) ?? 0);
      const failed = counts.reduce((sum, each) => sum + each, 0);
      return {
        at,
        value: (100 * failed) / count,
        samples: count,
      };
    }),
};

const p95: SignalSource = {
  queries: (subject) => [
    queryBalancer(subject, 'TargetResponseTime', 'p95'),
    queryBalancer(subject, 'RequestCount', 'Sum'),
  ],
  points: ([times = new Map(), requests]) =>
    [...times].map(([at, seconds]) => {
      const samples = requests?.get(at) ?? 1;
      return { at, value: seconds, samples };
    }),
};

const healthyHosts: SignalSource = {
  queries: (subject) => {
    const groups = subject.services.flatMap(({ targetGroup }) => targetGroup ?? []);
    return groups.map((group) => queryHealthyHosts(subject, group));
  },
  points: (groups) =>
    listSharedPeriods(groups).map((at) => {
      const healthy = groups.map((group) => group.get(at)!);
      const value = Math.min(...healthy);
      return { at, value, samples: groups.length };
    }),
};

/**
 * Signals of the Application Load Balancer.
 * Its metrics exist only while requests flow.
 */
export const loadBalancerSignals: Record<MetricOf<'load-balancer'>, SignalSource> = {
  '5xx-share': errorShare,
  p95,
  'healthy-hosts': healthyHosts,
};
