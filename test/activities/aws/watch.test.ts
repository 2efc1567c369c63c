import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Clock } from '../../../src/activities/aws/clock';
import { watchSignals } from '../../../src/activities/aws/watch';
import type { Deps } from '../../../src/activities/clients';
import { createCounts } from '../../../src/analysis/count';
import type { WatchState } from '../../../src/analysis/types';
import type { WatchHeartbeat, WatchRequest, WatchResult } from '../../../src/contract/watch';
import { analysisSchema } from '../../../src/plan/analysis';

const MINUTE = 60_000;
const START = Date.parse('2026-01-05T10:00:00.000Z');
const analysis = analysisSchema.parse({
  signals: {
    errors: {
      source: 'custom',
      metric: 'errors',
      max: 0.5,
      class: 'availability',
    },
  },
});
const FRESH: WatchState = {
  verdict: 'collecting',
  counts: {},
  measurements: [],
};

function requestWatch(more: Partial<WatchRequest> = {}): WatchRequest {
  return {
    analysis,
    cluster: 'lgtm-cluster',
    loadBalancer: 'app/lgtm/1',
    isOwnBalancer: false,
    services: [],
    state: FRESH,
    warmUntil: 0,
    awaitsPass: false,
    onlyShows: false,
    quietMs: 10 * MINUTE,
    ...more,
  };
}

/** A CloudWatch with a value for each minute. */
function cloudWatch(valueAt: (minute: number) => number | undefined): Deps {
  const send = async ({ input }: { input: { StartTime: Date; EndTime: Date } }) => {
    const points: [Date, number][] = [];
    for (let time = input.StartTime.getTime(); time < input.EndTime.getTime(); time += MINUTE) {
      const value = valueAt((time - START) / MINUTE);
      if (value !== undefined) points.push([new Date(time), value]);
    }
    return {
      MetricDataResults: [
        {
          Id: 'm0',
          Timestamps: points.map(([time]) => time),
          Values: points.map(([, value]) => value),
        },
      ],
    };
  };
  return {
    clients: { cloudwatch: { send } },
  } as unknown as Deps;
}

/** Goes on with each sleep, until the workflow cancels after so many. */
class Ticks implements Clock {
  private time = START;
  private sleeps = 0;

  constructor(
    private readonly environment: MockActivityEnvironment,
    private readonly most = 1000,
  ) {}

  now(): number {
    return this.time;
  }

  async sleep(ms: number): Promise<void> {
    this.time += ms;
    this.sleeps++;
    if (this.sleeps < this.most) return;
    this.environment.cancel('CANCELLED', { cancelRequested: true } as never);
    throw new CancelledFailure('CANCELLED');
  }
}

interface Attempt {
  request?: Partial<WatchRequest>;
  heartbeatDetails?: unknown;
  most?: number;
}

async function watch(deps: Deps, { request, heartbeatDetails, most }: Attempt = {}): Promise<WatchResult> {
  const environment = new MockActivityEnvironment({ heartbeatDetails });
  const clock = new Ticks(environment, most);
  return environment.run(() => watchSignals(deps, requestWatch(request), clock)) as Promise<WatchResult>;
}

const good = cloudWatch(() => 0.1);

test('a failure is told as soon as it is one', async () => {
  const { state } = await watch(cloudWatch(() => 2));
  expect(state).toMatchObject({
    verdict: 'failed',
    failedSignal: 'errors',
  });
  expect(state.counts['errors']!.failures).toHaveLength(3);
});

test('what it has counted is what it says when the workflow asks for something else', async () => {
  const { state } = await watch(good, {
    most: 8,
  });
  expect(state.verdict).toBe('passing');
  expect(state.counts['errors']!.consecutiveSuccesses).toBeGreaterThan(2);
});

test('the next one goes on where it ended: no data point is missed, none is judged twice', async () => {
  const first = await watch(good, {
    most: 8,
  });
  const { judgedUntil, consecutiveSuccesses } = first.state.counts['errors']!;
  const failing = cloudWatch((minute) => (START + minute * MINUTE > judgedUntil ? 2 : 0.1));
  const { state } = await watch(failing, {
    request: { state: first.state },
  });
  expect(consecutiveSuccesses).toBeGreaterThan(0);
  expect(Math.min(...state.counts['errors']!.failures)).toBe(judgedUntil + MINUTE);
});

test('a gate that waits for a pass hears of it after one look more, and not before', async () => {
  const passing = await watch(good, {
    most: 8,
  });
  const silent = cloudWatch(() => undefined);
  const request = {
    state: passing.state,
    awaitsPass: true,
  };
  const { state } = await watch(silent, {
    request,
  });
  expect(state.verdict).toBe('passing');
  const refused = {
    clients: { cloudwatch: { send: () => Promise.reject(new Error('no way')) } },
  } as unknown as Deps;
  const { state: blind } = await watch(refused, {
    request,
    most: 3,
  });
  expect(blind.verdict).toBe('collecting');
});

describe('what an attempt before has left', () => {
  const counts = {
    errors: { ...createCounts(START), failures: [START - 1, START - 2] },
  };
  const seen: WatchHeartbeat = {
    at: new Date(START).toISOString(),
    since: START,
    state: { ...FRESH, counts },
  };

  test('is gone on from', async () => {
    const { state, note } = await watch(good, {
      heartbeatDetails: seen,
      most: 2,
    });
    expect([state.counts['errors']!.failures.length, note]).toEqual([2, undefined]);
  });

  test.each([
    ['of another version', { at: seen.at, state: seen.state }],
    ['that nobody can decode', { unreadable: 'unknown encoding json/protobuf' }],
    ['that is no state', 7],
    [
      'with counts that are none',
      {
        ...seen,
        state: { ...seen.state, counts: { errors: {} } },
      },
    ],
  ])('%s is not: it starts from what was told, and says so', async (_what, heartbeatDetails) => {
    const { state, note } = await watch(good, {
      heartbeatDetails,
      most: 8,
    });
    expect(state.verdict).toBe('passing');
    expect(note).toMatch(/^what the watch had counted last could not be read/);
  });
});

test('a worker that shuts down leaves it to the next one', async () => {
  const environment = new MockActivityEnvironment();
  const clock: Clock = {
    now: () => START,
    sleep: () => Promise.reject(new CancelledFailure('WORKER_SHUTDOWN')),
  };
  const watching = environment.run(() => watchSignals(good, requestWatch(), clock));
  await expect(watching).rejects.toThrow('WORKER_SHUTDOWN');
});

describe('what AWS refuses to say of what users come through', () => {
  const mimir = {
    name: 'mimir',
    count: 1,
  };
  /** As the SDK gives it, with the session's name in it. */
  const refused = (session: number) =>
    Object.assign(
      new Error(
        `User: arn:aws:sts::1:assumed-role/worker/${session} is not authorized to perform: ecs:DescribeServices ` +
          'on resource: arn:aws:ecs:eu-west-1:1:service/c/mimir because no identity-based policy allows it',
      ),
      {
        name: 'AccessDeniedException',
        $metadata: {},
      },
    );
  const TOLD =
    'whether somebody has deleted what users come through is not looked for as a whole: ' +
    'AWS refuses ecs:DescribeServices on arn:aws:ecs:eu-west-1:1:service/c/mimir; add {"Effect":"Allow",' +
    '"Action":"ecs:DescribeServices","Resource":"arn:aws:ecs:eu-west-1:1:service/c/mimir"} to the worker\'s role';
  let looks = 0;
  const { clients } = good;
  const ecs = { send: () => Promise.reject(refused(looks++)) };
  const refusing = { clients: { ...clients, ecs } } as unknown as Deps;

  test('is told at the first look, with the statement to add', async () => {
    const { state } = await watch(refusing, { request: { services: [mimir] } });
    expect([state.verdict, state.refusals]).toEqual(['collecting', [TOLD]]);
  });

  test('is no news once it was told, whoever asks then', async () => {
    const { state } = await watch(refusing, {
      request: {
        services: [mimir],
        state: {
          ...FRESH,
          refusals: [TOLD],
        },
      },
      most: 8,
    });
    expect([state.verdict, state.refusals]).toEqual(['passing', [TOLD]]);
  });
});
