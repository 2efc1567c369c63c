import { AskedRounds } from '../../../src/activities/aws/asked-rounds';
import type { UserAnswer } from '../../../src/activities/probe/user-request';
import type { WatchRequest } from '../../../src/contract/watch';
import { analysisSchema } from '../../../src/plan/analysis';

const START = Date.parse('2026-01-05T10:00:00.000Z');
const MINUTE = 60_000;
const REQUEST = {
  analysis: analysisSchema.parse({ signals: {} }),
  asking: {
    names: [
      {
        name: 'grafana.example.com',
        paths: ['/'],
        targetGroup: 'targetgroup/grafana/1',
      },
      {
        name: 'loki.example.com',
        paths: ['/'],
        targetGroup: 'targetgroup/loki/1',
      },
    ],
    purpose: 'answers-1',
  },
} as unknown as WatchRequest;

const answer = (name: string, code: number | undefined, isBalancers = false): UserAnswer => ({
  name: `${name}.example.com`,
  path: '/',
  ...(code !== undefined && { code }),
  isBalancers,
  error: '',
});

/** A clock and a probe that a test moves on. */
class Probes {
  now = START;
  readonly purposes: string[] = [];
  readonly rounds: AskedRounds;
  private settle: ((answers: UserAnswer[] | Error) => void) | null = null;

  constructor(request = REQUEST) {
    const ask = (_: unknown, purpose: string) => {
      this.purposes.push(purpose);
      return new Promise<UserAnswer[]>((resolve, reject) => {
        this.settle = (answers) => (answers instanceof Error ? reject(answers) : resolve(answers));
      });
    };
    this.rounds = new AskedRounds(request, ask, { now: () => this.now });
  }

  async end(answers: UserAnswer[] | Error): Promise<void> {
    this.settle!(answers);
    // what waits for it goes on in the tasks after this one
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('one round is asked at a time, each under a purpose of its own, the next when it has ended', async () => {
  const probes = new Probes();
  const begun = probes.rounds.goOn();
  probes.now += MINUTE;
  expect(probes.rounds.goOn(begun)).toEqual(begun);
  await probes.end([answer('grafana', 200), answer('loki', 200)]);
  expect(probes.rounds.goOn(begun)).toHaveLength(2);
  expect(probes.purposes).toEqual([`answers-1-${START}`, `answers-1-${START + MINUTE}`]);
});

test('a round says what share the balancer answered itself, or nobody, of the worst name', async () => {
  const probes = new Probes();
  const begun = probes.rounds.goOn();
  probes.now += MINUTE;
  await probes.end([
    answer('grafana', 503, true),
    answer('grafana', undefined),
    answer('grafana', 500),
    answer('grafana', 404, true),
    answer('loki', 200),
  ]);
  const [round] = probes.rounds.goOn(begun);
  expect(round).toMatchObject({
    from: START,
    until: START + MINUTE,
    unanswered: 75,
  });
});

test('of a round that could not be asked nothing is known', async () => {
  const probes = new Probes();
  const begun = probes.rounds.goOn();
  await probes.end(new Error('no capacity'));
  const [round] = probes.rounds.goOn(begun);
  expect(round!.unanswered).toBeUndefined();
});

test('what another worker has asked stays known as long as periods are judged', () => {
  const probes = new Probes();
  const before = [
    {
      from: START - 3600_000,
      until: START - 3500_000,
      asked: 5,
      unanswered: 0,
    },
    {
      from: START - MINUTE,
      until: START + 4 * MINUTE,
      asked: 5,
    },
  ];
  expect(probes.rounds.goOn(before).map(({ from }) => from)).toEqual([START - MINUTE, START]);
});

test('where nobody shall ask, nothing is asked', () => {
  const { analysis } = REQUEST;
  const probes = new Probes({ analysis } as WatchRequest);
  expect(probes.rounds.goOn()).toEqual([]);
  expect(probes.purposes).toEqual([]);
});

test('a balancer that does not name itself is known by what it says where no task answers', async () => {
  const probes = new Probes();
  const begun = probes.rounds.goOn();
  await probes.end([answer('grafana', 503), answer('grafana', 500), answer('loki', 404), answer('loki', 200)]);
  const [round] = probes.rounds.goOn(begun);
  expect(round!.unanswered).toBe(50);
});
