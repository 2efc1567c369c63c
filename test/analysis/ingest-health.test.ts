import type { Series, WatchedStack } from '../../src/analysis/query';
import { loadBalancerSignals } from '../../src/analysis/signals/load-balancer';

const source = loadBalancerSignals['healthy-hosts'];

const PORT = {
  loadBalancer: 'net/ingest/1',
  targetGroup: 'targetgroup/ingest-9009/1',
};

const serviceOf = (name: string) => ({
  name,
  count: 3,
  targetGroup: `targetgroup/${name}/1`,
});

const subject: WatchedStack = {
  cluster: 'c',
  loadBalancer: 'app/b/1',
  isOwnBalancer: false,
  services: [serviceOf('grafana'), { ...serviceOf('mimir'), ingest: [PORT] }],
};

/** One value a period: the first one's begins at 1. */
const seriesOf = (...values: number[]): Series => new Map(values.map((value, index) => [index + 1, value]));

describe('a port of the ingest', () => {
  const FULL = seriesOf(3, 3);

  test('has the healthy targets that the node of its balancer sees that sees most', () => {
    expect(source.queries(subject).at(-1)).toEqual({
      namespace: 'AWS/NetworkELB',
      metric: 'HealthyHostCount',
      dimensions: {
        LoadBalancer: 'net/ingest/1',
        TargetGroup: 'targetgroup/ingest-9009/1',
      },
      stat: 'Maximum',
    });
  });

  test('behind which nobody is healthy is the group that has the fewest', () => {
    const points = source.points([FULL, FULL, seriesOf(3, 0)], subject);
    expect(points.map(({ value }) => value)).toEqual([3, 0]);
  });

  test('that has not reported keeps nothing from being judged', () => {
    const points = source.points([FULL, FULL, seriesOf()], subject);
    expect(points.map(({ value, samples }) => [value, samples])).toEqual([
      [3, 2],
      [3, 2],
    ]);
  });

  test('of a service that was replaced says nothing until it was there again', () => {
    const replaced = {
      ...subject,
      services: subject.services.map((service) => ({ ...service, since: service.name === 'mimir' ? 2 : 0 })),
    };
    const points = source.points([FULL, FULL, seriesOf(0, 3)], replaced);
    expect(points.map(({ value }) => value)).toEqual([3, 3]);
  });
});
