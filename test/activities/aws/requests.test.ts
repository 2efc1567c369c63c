import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { watchRequests } from '../../../src/activities/aws/requests';
import type { Deps } from '../../../src/activities/clients';
import type { RequestsAnswer, RequestsQuestion } from '../../../src/contract/watch';

const MINUTE = 60_000;
const START = Date.parse('2026-01-05T10:00:00.000Z');
const QUESTION: RequestsQuestion = {
  loadBalancer: 'app/lgtm/1',
  groups: [
    {
      service: 'grafana',
      targetGroup: 'targetgroup/grafana/1',
    },
  ],
  analysis: {
    interval: '1m',
    period: '1m',
    settle: '2m',
  },
  since: START,
  seen: ['grafana'],
};

/**
 * Requests of each minute since the start; a minute without one has no data point.
 * @param flows connections of each minute, 0 among them
 */
function cloudWatch(requests: number[], flows: number[] = []): { deps: Deps; asked: { start: number; end: number }[] } {
  const asked: { start: number; end: number }[] = [];
  const send = async ({ input }: { input: { StartTime: Date; EndTime: Date } }) => {
    const [start, end] = [input.StartTime, input.EndTime].map((time) => (time.getTime() - START) / MINUTE);
    asked.push({ start: start!, end: end! });
    const minutes = requests.map((count, minute) => ({ count, minute }));
    const points = minutes.filter(({ count, minute }) => count > 0 && minute >= start! && minute < end!);
    const held = flows.map((count, minute) => ({ count, minute }));
    const toResult = (Id: string, values: typeof points) => ({
      Id,
      Timestamps: values.map(({ minute }) => new Date(START + minute * MINUTE)),
      Values: values.map(({ count }) => count),
    });
    const inside = held.filter(({ minute }) => minute >= start! && minute < end!);
    return { MetricDataResults: [toResult('m0', points), toResult('m1', inside)] };
  };
  return {
    deps: { clients: { cloudwatch: { send } } } as unknown as Deps,
    asked,
  };
}

/** @param most sleeps, after which the workflow cancels */
async function watch(deps: Deps, { most = 100, ...question }: Partial<RequestsQuestion> & { most?: number } = {}) {
  const environment = new MockActivityEnvironment();
  let minutes = 0;
  const clock = {
    now: () => START + minutes * MINUTE,
    sleep: () => {
      minutes++;
      if (minutes < most) return Promise.resolve();
      environment.cancel('CANCELLED', { cancelRequested: true } as never);
      return Promise.reject(new CancelledFailure('CANCELLED'));
    },
  };
  const watching = environment.run(() =>
    watchRequests(
      deps,
      {
        ...QUESTION,
        ...question,
      },
      clock,
    ),
  );
  const answer = (await watching) as RequestsAnswer;
  return {
    answer,
    minutes,
  };
}

test('nobody asks when two settled periods since users left had no request', async () => {
  const { deps, asked } = cloudWatch([]);
  const { answer, minutes } = await watch(deps);
  expect(answer).toEqual({
    isQuiet: true,
    asked: [],
  });
  // two periods and the two minutes in which they may still change
  expect(minutes).toBe(4);
  expect(asked.every(({ start }) => start >= 0)).toBe(true);
});

test('one period without a request is none: two in a row are', async () => {
  const { deps } = cloudWatch([5, 0, 3, 0, 0]);
  const { minutes } = await watch(deps);
  expect(minutes).toBe(7);
});

test('who is asked is told once, in requests a minute', async () => {
  const { deps } = cloudWatch([20, 10, 10]);
  const first = await watch(deps, { seen: [] });
  expect(first).toEqual({
    answer: {
      isQuiet: false,
      asked: [
        {
          service: 'grafana',
          perMinute: 20,
        },
      ],
    },
    minutes: 3,
  });
});

test('while senders hold connections to the ingest it is not quiet, and they are told', async () => {
  const held = [3, 3, 0, 0, 0, 0];
  const { deps } = cloudWatch([], held);
  const { answer, minutes } = await watch(deps, { ingest: 'net/lgtm-ingest/1', seen: [] });
  expect([answer, minutes]).toEqual([
    {
      isQuiet: false,
      asked: [
        {
          service: 'the ingest',
          flows: 3,
        },
      ],
    },
    3,
  ]);
  const later = await watch(deps, { ingest: 'net/lgtm-ingest/1', seen: ['the ingest'] });
  expect([later.answer.isQuiet, later.minutes]).toEqual([true, 6]);
});

test('cancelled it says what it saw last', async () => {
  const { deps } = cloudWatch([20, 10, 10, 10, 10]);
  const { answer } = await watch(deps, { most: 5 });
  expect(answer.asked).toEqual([
    {
      service: 'grafana',
      perMinute: 15,
    },
  ]);
  const early = await watch(deps, { most: 1 });
  expect(early.answer.asked).toBeNull();
});
