import { findAdministration } from '../../../src/activities/preflight/administration';
import type { Plan } from '../../../src/plan/schema';

const PLAN = {
  services: {
    metrics: {
      store: 'mimir',
      port: 9009,
    },
    tempo: {
      store: 'tempo',
      port: 3200,
    },
    grafana: { port: 3000 },
  },
} as unknown as Plan;

const portOf = (port: number, service: string, targetPort = port) => ({
  port,
  protocol: 'tcp' as const,
  service,
  targetPort,
});

test('paths of administration that an ingest makes reachable are named, with what keeps others out', () => {
  const listens = [portOf(19009, 'metrics', 9009), portOf(3200, 'tempo')];
  const findings = findAdministration(PLAN, listens);
  expect(findings.map(({ message, fix }) => `${message}; ${fix}`)).toEqual([
    'whoever reaches the ingest at 19009 reaches /ingester/flush, /ingester/prepare-shutdown, /ingester/shutdown, ' +
      "/config of mimir; mimir takes what is sent at the same port and can't close them: " +
      'let in by ingest.from only who sends',
    'whoever reaches the ingest at 3200 reaches /flush, /shutdown, /status/config of tempo; ' +
      'leave 3200 out of ingest.ports: nobody sends there',
  ]);
});

test('a door that only takes telemetry makes nothing reachable', () => {
  expect(findAdministration(PLAN, [portOf(4318, 'tempo'), portOf(3000, 'grafana')])).toEqual([]);
});
