import type { MetricQuery, Series, Source, Subject } from '../query';
import type { DataPoint } from '../types';

const metric = (name: string, stat: MetricQuery['stat'], dimensions: Record<string, string>): MetricQuery => ({
  namespace: 'AWS/ApplicationELB',
  metric: name,
  dimensions,
  stat,
});
const whole = ({ loadBalancer }: Subject) => ({ LoadBalancer: loadBalancer });
const points = (
  series: Series | undefined,
  value: (at: number, of: number) => { value: number; samples: number },
): DataPoint[] => [...(series ?? [])].map(([at, of]) => ({ at, ...value(at, of) }));

/**
 * 5xx of targets and of the balancer that had chosen one. Not its 503: that is what our own default action answers to
 * strangers, RequestCount leaves it out, and where no target is left the healthy hosts say so.
 */
const ERRORS = [
  'HTTPCode_Target_5XX_Count',
  'HTTPCode_ELB_500_Count',
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_504_Count',
];

/**
 * Signals of the Application Load Balancer. Its metrics exist only while requests flow, and a counter of
 * errors is absent when there were none: requests without it mean zero.
 */
export const loadBalancerSignals: Record<string, Source> = {
  '5xx-share': {
    queries: (subject) => ['RequestCount', ...ERRORS].map((name) => metric(name, 'Sum', whole(subject))),
    points: ([requests, ...errors]) =>
      points(requests, (at, count) => ({
        value: (100 * errors.reduce((sum, series) => sum + (series.get(at) ?? 0), 0)) / count,
        samples: count,
      })),
  },
  p95: {
    queries: (subject) => [
      metric('TargetResponseTime', 'p95', whole(subject)),
      metric('RequestCount', 'Sum', whole(subject)),
    ],
    points: ([times, requests]) =>
      points(times, (at, seconds) => ({ value: seconds, samples: requests?.get(at) ?? 1 })),
  },
  'healthy-hosts': {
    queries: (subject) =>
      subject.services.flatMap(({ targetGroup }) =>
        targetGroup ? [metric('HealthyHostCount', 'Minimum', { ...whole(subject), TargetGroup: targetGroup })] : [],
      ),
    points: (groups) => {
      const times = new Set(groups.flatMap((group) => [...group.keys()]));
      return [...times]
        .filter((at) => groups.every((group) => group.has(at)))
        .map((at) => ({ at, value: Math.min(...groups.map((group) => group.get(at)!)), samples: groups.length }));
    },
  },
};
