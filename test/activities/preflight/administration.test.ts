import { findAdministration } from '../../../src/activities/preflight/administration';
import type { ComponentName } from '../../../src/plan/components';
import type { PublishedPort } from '../../../src/contract/senders';
import type { Plan } from '../../../src/plan/schema';

const planOf = (to: string, ingest?: object): Plan =>
  ({
    records: [
      {
        name: 'ingest.example.com',
        to,
      },
    ],
    ingest,
  }) as unknown as Plan;

const portOf = (port: number, component: ComponentName): PublishedPort => ({
  instanceId: 'i-1',
  port,
  protocol: 'tcp',
  addresses: ['0.0.0.0'],
  targetPort: port,
  service: component,
  component,
});

const PORTS = [portOf(9009, 'mimir'), portOf(3200, 'tempo'), portOf(4318, 'tempo')];

const list = (plan: Plan) => findAdministration(plan, PORTS).map(({ message, fix }) => `${message}; ${fix}`);

test('paths of administration that an ingest makes reachable are named, with what keeps others out', () => {
  expect(list(planOf('ingest'))).toEqual([
    'whoever reaches the ingest at 9009 reaches /ingester/flush, /ingester/prepare-shutdown, /ingester/shutdown, ' +
      "/config of mimir; mimir takes what is sent at the same port and can't close them: " +
      'let in by ingest.from only who sends',
    'whoever reaches the ingest at 3200 reaches /flush, /shutdown, /status/config of tempo; ' +
      'leave 3200 out of ingest.ports: nobody sends there',
  ]);
});

test('a port that the ingest does not listen at makes nothing reachable, nor does a plan without an ingest', () => {
  expect(list(planOf('ingest', { ports: [{ port: 4318 }] }))).toEqual([]);
  expect(list(planOf('users'))).toEqual([]);
});
