import type { MetricOf } from '../../plan/metrics';
import {
  isJudged,
  listSharedPeriods,
  type MetricQuery,
  type Series,
  type SignalSource,
  type WatchedStack,
} from '../query';
import type { DataPoint } from '../types';

type Stat = MetricQuery['stat'];
type Balanced = Pick<WatchedStack, 'loadBalancer'>;

function queryBalancer({ loadBalancer }: Balanced, metric: string, stat: Stat): MetricQuery {
  return {
    namespace: 'AWS/ApplicationELB',
    metric,
    dimensions: { LoadBalancer: loadBalancer },
    stat,
  };
}

/** Requests for which a target of the group was chosen; health checks are none. A period without one has no data point. */
export const queryRequests = (subject: Balanced, targetGroup: string): MetricQuery =>
  queryGroup(subject, targetGroup, 'RequestCount', 'Sum');

/**
 * Connections that senders hold through a network load balancer; one without any says 0.
 * Source: AWS, CloudWatch metrics for your Network Load Balancer
 */
export const queryFlows = (loadBalancer: string): MetricQuery => ({
  namespace: 'AWS/NetworkELB',
  metric: 'ActiveFlowCount',
  dimensions: { LoadBalancer: loadBalancer },
  stat: 'Maximum',
});

/** What targets of the group have answered, by the kinds of status codes; what the balancer answers itself is none. */
export const queryTargetAnswers = (subject: Balanced, targetGroup: string): MetricQuery[] =>
  ['2XX', '3XX', '4XX', '5XX'].map((kind) => queryGroup(subject, targetGroup, `HTTPCode_Target_${kind}_Count`, 'Sum'));

function queryGroup(subject: Balanced, targetGroup: string, metric: string, stat: Stat): MetricQuery {
  const query = queryBalancer(subject, metric, stat);
  return {
    ...query,
    dimensions: { ...query.dimensions, TargetGroup: targetGroup },
  };
}

/**
 * What the balancer answers itself, since a target did not; these have no dimension TargetGroup.
 * Source: AWS, CloudWatch metrics for your Application Load Balancer
 */
const OWN_ERRORS = ['HTTPCode_ELB_500_Count', 'HTTPCode_ELB_502_Count', 'HTTPCode_ELB_504_Count'];
/** RequestCount leaves out what no target could be chosen for. */
const NO_TARGET = 'HTTPCode_ELB_503_Count';
/** Among those may be what our listener's default action says to strangers, who are no users. */
const TO_STRANGERS = 'HTTP_Fixed_Response_Count';

/** Groups that a moving name leads to: what others have on the same balancer says nothing of them. */
const listUserGroups = ({ services }: WatchedStack): BalancedService[] =>
  listGroups(services).filter(({ hosts = [] }) => hosts.length > 0);

type Services = WatchedStack['services'];
type BalancedService = Services[number] & { targetGroup: string };

const listGroups = (services: Services): BalancedService[] =>
  services.flatMap((service) =>
    service.targetGroup === undefined ? [] : [{ ...service, targetGroup: service.targetGroup }],
  );

/** Of a group, or of what the balancer answers itself. */
interface Answers {
  requests: Series;
  errors: Series[];
}

/**
 * Of each moving name's group what its targets answered, and of a balancer of our own what it answered itself: the worst
 * of them, in percent. A counter of errors is absent when there were none: requests without it mean zero.
 */
const errorShare: SignalSource = {
  queries: (subject) => [
    ...listUserGroups(subject).flatMap(({ targetGroup }) => [
      queryRequests(subject, targetGroup),
      queryGroup(subject, targetGroup, 'HTTPCode_Target_5XX_Count', 'Sum'),
    ]),
    ...listOwnMetrics(subject).map((metric) => queryBalancer(subject, metric, 'Sum')),
  ],
  points: (series, subject) => {
    const services = listUserGroups(subject);
    const groups = services.map((service, index) => {
      const shares = shareErrors({
        requests: series[2 * index]!,
        errors: [series[2 * index + 1]!],
      });
      return shares.filter(({ at }) => isJudged(service, at));
    });
    const [requests, noTarget, toStrangers, ...errors] = series.slice(2 * groups.length);
    const own = requests ? [shareErrors(describeOwn(requests, subtract(noTarget!, toStrangers!), errors))] : [];
    return pickWorst([...groups, ...own]);
  },
};

const listOwnMetrics = ({ isOwnBalancer }: WatchedStack): string[] =>
  isOwnBalancer ? ['RequestCount', NO_TARGET, TO_STRANGERS, ...OWN_ERRORS] : [];

function subtract(series: Series, other: Series): Series {
  const left = [...series].map(([at, value]): [number, number] => [at, value - (other.get(at) ?? 0)]);
  return new Map(left.filter(([, value]) => value > 0));
}

function describeOwn(chosen: Series, unanswered: Series, errors: Series[]): Answers {
  const periods = new Set([...chosen.keys(), ...unanswered.keys()]);
  const requests = [...periods].map((at): [number, number] => [at, (chosen.get(at) ?? 0) + (unanswered.get(at) ?? 0)]);
  return {
    requests: new Map(requests),
    errors: [unanswered, ...errors],
  };
}

function shareErrors({ requests, errors }: Answers): DataPoint[] {
  return [...requests].map(([at, count]) => {
    const failed = errors.reduce((sum, series) => sum + (series.get(at) ?? 0), 0);
    return {
      at,
      value: (100 * failed) / count,
      samples: count,
    };
  });
}

/** The highest value of each period, with the samples that it speaks for. */
function pickWorst(groups: DataPoint[][]): DataPoint[] {
  const worst = new Map<number, DataPoint>();
  for (const point of groups.flat()) {
    const known = worst.get(point.at);
    if (!known || point.value > known.value) worst.set(point.at, point);
  }
  return [...worst.values()];
}

/** Of each moving name's group: the slowest. */
const p95: SignalSource = {
  queries: (subject) =>
    listUserGroups(subject).flatMap(({ targetGroup }) => [
      queryGroup(subject, targetGroup, 'TargetResponseTime', 'p95'),
      queryRequests(subject, targetGroup),
    ]),
  points: (series, subject) => {
    const groups = listUserGroups(subject).map((service, index) => {
      const [times, requests] = [series[2 * index]!, series[2 * index + 1]!];
      const judged = [...times].filter(([at]) => isJudged(service, at));
      return judged.map(([at, value]) => ({
        at,
        value,
        samples: requests.get(at) ?? 1,
      }));
    });
    return pickWorst(groups);
  },
};

type IngestPort = NonNullable<Services[number]['ingest']>[number] & { service: Services[number] };

const listIngestPorts = ({ services }: WatchedStack): IngestPort[] =>
  services.flatMap((service) => (service.ingest ?? []).map((port) => ({ ...port, service })));

/**
 * Each node of a network load balancer counts for itself: what the one says that sees most, since across zones all of
 * them send there. Source: AWS, CloudWatch metrics for your Network Load Balancer
 */
const queryIngest = ({ loadBalancer, targetGroup }: IngestPort): MetricQuery => ({
  namespace: 'AWS/NetworkELB',
  metric: 'HealthyHostCount',
  dimensions: {
    LoadBalancer: loadBalancer,
    TargetGroup: targetGroup,
  },
  stat: 'Maximum',
});

/** Of a period what each group has that is judged; ports of the ingest as far as they have reported. */
function countHealthy(series: Series[], services: Services, at: number): number[] {
  const judged = series.filter((_, index) => isJudged(services[index]!, at));
  return judged.map((values) => values.get(at)).filter((count) => count !== undefined);
}

const healthyHosts: SignalSource = {
  queries: (subject) => [
    ...listGroups(subject.services).map(({ targetGroup }) =>
      queryGroup(subject, targetGroup, 'HealthyHostCount', 'Minimum'),
    ),
    ...listIngestPorts(subject).map(queryIngest),
  ],
  points: (series, subject) => {
    const groups = listGroups(subject.services);
    const services = [...groups, ...listIngestPorts(subject).map(({ service }) => service)];
    return listSharedPeriods(series.slice(0, groups.length)).flatMap((at) => {
      const counts = countHealthy(series, services, at);
      return counts.length > 0 ? [{ at, value: Math.min(...counts), samples: counts.length }] : [];
    });
  },
};

/**
 * Signals of the Application Load Balancer, and of the ingest's targets.
 * Its metrics exist only while requests flow.
 */
export const loadBalancerSignals: Record<MetricOf<'load-balancer'>, SignalSource> = {
  '5xx-share': errorShare,
  p95,
  'healthy-hosts': healthyHosts,
};
