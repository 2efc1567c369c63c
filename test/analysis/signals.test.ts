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

const SUBJECT: WatchedStack = {
  cluster: 'c',
  loadBalancer: 'app/b/1',
  services: [],
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

describe('errors', () => {
  const source = findSource('errors');

  test('are none where requests have no counter of them', () => {
    const requests = seriesOf(200);
    const points = source.points([requests, NONE]);
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
    const points = source.points([requests, errors]);
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

  test('of the balancer itself count like those of the targets', () => {
    const requests = seriesOf(100);
    const ofTargets = seriesOf(1);
    const ofBalancer = seriesOf(2);
    const series = [requests, ofTargets, NONE, ofBalancer];
    const [point] = source.points(series);
    expect(point).toMatchObject({ value: 3 });
  });

  test('are no 503, which the balancer answers to strangers by default', () => {
    const metrics = source
      .queries(SUBJECT)
      .map(({ metric }) => metric)
      .join(' ');
    expect(metrics).toContain('ELB_502');
    expect(metrics).not.toMatch(/ELB_(5XX|503)/);
  });
});

test('latency speaks for as many samples as there were requests', () => {
  const latencies = seriesOf(0.4);
  const requests = seriesOf(120);
  const source = findSource('latency');
  const [point] = source.points([latencies, requests]);
  expect(point).toEqual({
    at: 1,
    value: 0.4,
    samples: 120,
  });
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
    const points = source.points([...whole, ...half]);
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
    const [point] = source.points([none, none]);
    expect(point).toMatchObject({ value: 100 });
  });
});

test('a period that one group has not reported yet is not judged', () => {
  const punctual = seriesOf(3, 3);
  const late = seriesOf(1);
  const source = findSource('healthy-hosts');
  const points = source.points([punctual, late]);
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
    const points = source.points([delays]);
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
