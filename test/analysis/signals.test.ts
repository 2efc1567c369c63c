import type { Series, WatchedStack } from '../../src/analysis/query';
import { findSignalSource } from '../../src/analysis/signals';
import { analysisSchema } from '../../src/plan/analysis';
import { LGTM_SIGNALS } from '../../src/plan/defaults';

const { signals } = analysisSchema.parse({ signals: LGTM_SIGNALS });

/** How a signal of the plan's defaults is measured. */
function findSource(name: string) {
  const signal = signals[name]!;
  return findSignalSource(signal);
}

/** @param moving those that a moving name leads to */
function listServices(moving: string[]): WatchedStack['services'] {
  return ['grafana', 'mimir', 'loki'].map((name) => ({
    name,
    count: 1,
    targetGroup: `targetgroup/${name}/1`,
    hosts: moving.includes(name) ? [`${name}.example.com`] : [],
  }));
}

const SUBJECT: WatchedStack = {
  cluster: 'c',
  loadBalancer: 'app/b/1',
  isOwnBalancer: false,
  services: listServices(['grafana']),
};
const TWO_NAMES = {
  ...SUBJECT,
  services: listServices(['grafana', 'mimir']),
};
const OWN_BALANCER = {
  ...SUBJECT,
  isOwnBalancer: true,
};

/** One value a period: the first one's begins at 1. */
function seriesOf(...values: number[]): Series {
  const series: Series = new Map();
  values.forEach((value, index) => {
    series.set(index + 1, value);
  });
  return series;
}

const NONE = seriesOf();

const listGroups = (metric: string, subject: WatchedStack) =>
  findSource(metric)
    .queries(subject)
    .map(({ dimensions }) => dimensions['TargetGroup']);

test.each(['errors', 'latency'])('%s are those of the groups that a moving name leads to', (metric) => {
  expect([...new Set(listGroups(metric, SUBJECT))]).toEqual(['targetgroup/grafana/1']);
  expect([...new Set(listGroups(metric, TWO_NAMES))]).toEqual(['targetgroup/grafana/1', 'targetgroup/mimir/1']);
});

describe('errors', () => {
  const source = findSource('errors');

  test('are none where requests have no counter of them', () => {
    const requests = seriesOf(200);
    const points = source.points([requests, NONE], SUBJECT);
    expect(points).toEqual([
      {
        at: 1,
        value: 0,
        samples: 200,
      },
    ]);
  });

  test('are counted in percent of their period', () => {
    const requests = seriesOf(200, 100);
    const errors = seriesOf(0, 1);
    const points = source.points([requests, errors], SUBJECT);
    expect(points).toEqual([
      {
        at: 1,
        value: 0,
        samples: 200,
      },
      {
        at: 2,
        value: 1,
        samples: 100,
      },
    ]);
  });

  test('of a name with few users do not vanish among those of a busy one', () => {
    const busy = [seriesOf(10_000), NONE];
    const small = [seriesOf(10), seriesOf(10)];
    expect(source.points([...busy, ...small], TWO_NAMES)).toEqual([
      {
        at: 1,
        value: 100,
        samples: 10,
      },
    ]);
  });

  test('of a balancer of our own count, its 503 too, which no request is counted for', () => {
    const metrics = source.queries(OWN_BALANCER).map(({ metric }) => metric);
    const group = [seriesOf(90), NONE];
    const own = [seriesOf(90), seriesOf(10), NONE, NONE, seriesOf(1), NONE];
    expect(metrics.slice(2)).toEqual([
      'RequestCount',
      'HTTPCode_ELB_503_Count',
      'HTTP_Fixed_Response_Count',
      'HTTPCode_ELB_500_Count',
      'HTTPCode_ELB_502_Count',
      'HTTPCode_ELB_504_Count',
    ]);
    const [point] = source.points([...group, ...own], OWN_BALANCER);
    expect(point).toMatchObject({
      value: 11,
      samples: 100,
    });
  });

  test('of a balancer of our own that finds no target for anybody are all', () => {
    const [point] = source.points([NONE, NONE, NONE, seriesOf(7), NONE, NONE, NONE, NONE], OWN_BALANCER);
    expect(point).toMatchObject({
      value: 100,
      samples: 7,
    });
  });

  test('are no 503 by which the default action of our listener turns strangers away', () => {
    const own = [seriesOf(90), seriesOf(10), seriesOf(10), NONE, NONE, NONE];
    const [point] = source.points([seriesOf(90), NONE, ...own], OWN_BALANCER);
    expect(point).toMatchObject({
      value: 0,
      samples: 90,
    });
  });

  test("of somebody else's balancer do not count: they may be a neighbour's", () => {
    expect(listGroups('errors', SUBJECT)).not.toContain(undefined);
  });
});

test('latency is that of the slowest group, and speaks for as many samples as there were requests', () => {
  const source = findSource('latency');
  const [quick, slow] = [
    [seriesOf(0.1), seriesOf(9000)],
    [seriesOf(0.4), seriesOf(120)],
  ];
  expect(source.points([...quick, ...slow], TWO_NAMES)).toEqual([
    {
      at: 1,
      value: 0.4,
      samples: 120,
    },
  ]);
});

describe('running tasks', () => {
  const source = findSource('running-tasks');

  test('are asked for as running and desired of each service', () => {
    const services = [
      {
        name: 'mimir',
        count: 3,
      },
      {
        name: 'loki',
        count: 2,
      },
    ];
    const queries = source.queries({
      ...SUBJECT,
      services,
    });
    const asked = queries.map(({ metric, dimensions }) => {
      return `${metric} ${dimensions['ServiceName']}`;
    });
    expect(asked).toEqual([
      'RunningTaskCount mimir',
      'DesiredTaskCount mimir',
      'RunningTaskCount loki',
      'DesiredTaskCount loki',
    ]);
  });

  test('are those of the worst service', () => {
    const whole = [seriesOf(3), seriesOf(3)];
    const half = [seriesOf(1), seriesOf(2)];
    const points = source.points([...whole, ...half], SUBJECT);
    expect(points).toEqual([
      {
        at: 1,
        value: 50,
        samples: 2,
      },
    ]);
  });

  test('are all there where none should be', () => {
    const none = seriesOf(0);
    const [point] = source.points([none, none], SUBJECT);
    expect(point).toMatchObject({ value: 100 });
  });
});

test('a period that one group has not reported yet is not judged', () => {
  const punctual = seriesOf(3, 3);
  const late = seriesOf(1);
  const source = findSource('healthy-hosts');
  const points = source.points([punctual, late], SUBJECT);
  expect(points).toEqual([
    {
      at: 1,
      value: 1,
      samples: 2,
    },
  ]);
});

describe('a custom metric', () => {
  const source = findSource('log-delay');

  test('is asked for in the namespace that somebody publishes to', () => {
    const queries = source.queries(SUBJECT);
    expect(queries).toEqual([
      {
        namespace: 'LGTM/Migration',
        metric: 'LogDelay',
        dimensions: {},
        stat: 'Average',
      },
    ]);
  });

  test('is one sample a period', () => {
    const delays = seriesOf(2.5);
    const points = source.points([delays], SUBJECT);
    expect(points).toEqual([
      {
        at: 1,
        value: 2.5,
        samples: 1,
      },
    ]);
  });
});

test('a metric that its source does not measure is an error that names those it does', () => {
  const unknown = {
    ...signals['latency']!,
    metric: 'p99',
  };
  const measure = () => findSignalSource(unknown);
  expect(measure).toThrow('load-balancer has no metric p99');
  expect(measure).toThrow('take one of 5xx-share, p95, healthy-hosts');
});

describe('a service that was replaced', () => {
  const replaced = {
    ...TWO_NAMES,
    services: TWO_NAMES.services.map((service) => (service.name === 'mimir' ? { ...service, since: 2 } : service)),
  };
  const [FULL, GONE] = [seriesOf(3, 3), seriesOf(0, 3)];

  test('says nothing of its tasks until it was there again', () => {
    const series = [FULL, FULL, GONE, FULL, FULL, FULL];
    const values = findSource('running-tasks').points(series, replaced);
    expect(values.map(({ at, value, samples }) => [at, value, samples])).toEqual([
      [1, 100, 2],
      [2, 100, 3],
    ]);
    expect(findSource('running-tasks').points(series, TWO_NAMES)[0]!.value).toBe(0);
  });

  test('says nothing of its targets', () => {
    const values = findSource('healthy-hosts').points([FULL, GONE, FULL], replaced);
    expect(values.map(({ value }) => value)).toEqual([3, 3]);
  });

  test('says nothing of its errors and of its times', () => {
    const good = [seriesOf(10, 10), NONE];
    const bad = [seriesOf(10, 10), seriesOf(10, 0)];
    expect(
      findSource('errors')
        .points([...good, ...bad], replaced)
        .map(({ value }) => value),
    ).toEqual([0, 0]);
    const slow = [seriesOf(9, 1), seriesOf(10, 10)];
    const quick = [seriesOf(0.1, 0.1), seriesOf(10, 10)];
    expect(
      findSource('latency')
        .points([...quick, ...slow], replaced)
        .map(({ value }) => value),
    ).toEqual([0.1, 1]);
  });
});
