import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { lookForVisitors } from '../../../src/activities/aws/visitors';
import type { Deps } from '../../../src/activities/clients';
import type { WatchRequest } from '../../../src/contract/watch';
import { analysisSchema } from '../../../src/plan/analysis';

const MINUTE = 60_000;
const START = Date.parse('2026-01-05T10:00:00.000Z');
const GRAFANA = 'grafana.example.com';
const LOKI = 'loki.example.com';
const EXPECTED = {
  names: [GRAFANA, LOKI],
  since: START + 10_000,
  where: 'at 10 %',
};

const serviceOf = (name: string) => ({
  name,
  count: 1,
  targetGroup: `targetgroup/${name}/1`,
  hosts: [`${name}.example.com`],
});
const REQUEST = {
  analysis: analysisSchema.parse({ signals: {} }),
  loadBalancer: 'app/lgtm/1',
  services: [serviceOf('grafana'), serviceOf('loki')],
} as unknown as WatchRequest;

/** Requests of a group by the minute in which they were counted. */
function cloudWatch(requests: Record<string, number[]>) {
  const asked: GetMetricDataCommandInput[] = [];
  const send = async ({ input }: { input: GetMetricDataCommandInput }) => {
    asked.push(input);
    const MetricDataResults = input.MetricDataQueries!.map(({ Id, MetricStat }) => {
      const group = MetricStat!.Metric!.Dimensions!.find(({ Name }) => Name === 'TargetGroup')!.Value!.split('/')[1]!;
      const minutes = (requests[group] ?? []).map((minute) => new Date(START + minute * MINUTE));
      const seen = minutes.filter((time) => time >= input.StartTime! && time < input.EndTime!);
      return {
        Id,
        Timestamps: seen,
        Values: seen.map(() => 3),
      };
    });
    return { MetricDataResults };
  };
  return {
    deps: { clients: { cloudwatch: { send } } } as unknown as Deps,
    asked,
  };
}

test('a name is come to where its own group had a request in a period since it got its weight', async () => {
  const { deps } = cloudWatch({
    grafana: [0],
    loki: [1],
  });
  expect(await lookForVisitors(deps, REQUEST, EXPECTED, [], START + 5 * MINUTE)).toEqual([LOKI]);
});

test('a period counts once it has settled', async () => {
  const { deps, asked } = cloudWatch({ loki: [1] });
  expect(await lookForVisitors(deps, REQUEST, EXPECTED, [], START + 3 * MINUTE)).toEqual([]);
  expect(asked).toEqual([]);
  expect(await lookForVisitors(deps, REQUEST, EXPECTED, [], START + 4 * MINUTE)).toEqual([LOKI]);
});

test('who has come once is not asked for again', async () => {
  const { deps, asked } = cloudWatch({ grafana: [2] });
  expect(await lookForVisitors(deps, REQUEST, EXPECTED, [LOKI], START + 5 * MINUTE)).toEqual([LOKI, GRAFANA]);
  expect(await lookForVisitors(deps, REQUEST, EXPECTED, [LOKI, GRAFANA], START + 9 * MINUTE)).toEqual([LOKI, GRAFANA]);
  expect(asked).toHaveLength(1);
});

describe('where a probe asks too', () => {
  const asking = {
    names: [
      {
        name: LOKI,
        paths: ['/'],
        targetGroup: 'targetgroup/loki/1',
      },
    ],
  };
  const askedAt = (second: number, asked: number, seconds = 20) => ({
    ...REQUEST,
    asking,
    rounds: [
      {
        from: START + second * 1000,
        until: START + (second + seconds) * 1000,
        asked,
      },
    ],
  });
  const look = (request: object, minutes = [1]) => {
    const { deps } = cloudWatch({ loki: minutes });
    return lookForVisitors(deps, request as WatchRequest, EXPECTED, [], START + 5 * MINUTE);
  };

  test('its requests are taken off the count', async () => {
    expect(await look(askedAt(70, 3))).toEqual([]);
  });

  test('one more than it has sent is a visitor', async () => {
    expect(await look(askedAt(70, 2))).toEqual([LOKI]);
  });

  test('a round that reaches over several periods is taken off once', async () => {
    expect(await look(askedAt(70, 5, 60), [1, 2])).toEqual([LOKI]);
    expect(await look(askedAt(70, 6, 60), [1, 2])).toEqual([]);
  });

  test('those of another period are not', async () => {
    expect(await look(askedAt(130, 3))).toEqual([LOKI]);
  });
});

test('a CloudWatch that is away leaves what is known', async () => {
  const send = () => Promise.reject(new Error('no way'));
  const deps = { clients: { cloudwatch: { send } } } as unknown as Deps;
  expect(await lookForVisitors(deps, REQUEST, EXPECTED, [LOKI], START + 5 * MINUTE)).toEqual([LOKI]);
});
