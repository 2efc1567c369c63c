import { judgeSenders } from '../../../src/activities/preflight/sender-findings';
import type { ComponentName } from '../../../src/plan/components';
import type { Move, PublishedPort, Sender } from '../../../src/contract/senders';
import type { Plan } from '../../../src/plan/schema';

const portOf = (port: number, component: ComponentName): PublishedPort => ({
  instanceId: 'i-1',
  port,
  protocol: 'tcp',
  addresses: ['0.0.0.0'],
  targetPort: port,
  service: component,
  component,
});

const PORTS = [portOf(9009, 'mimir'), portOf(4318, 'alloy')];

const senderOf = (peer: string, move: Move): Sender => ({
  instanceId: 'i-1',
  peer,
  port: 9009,
  service: 'mimir',
  connections: 1,
  move,
  why: '',
  change: '',
});

/** A plan with a name of the senders' own. */
const planOf = (dualWrite: boolean): Plan =>
  ({
    records: [
      {
        name: 'ingest.example.com',
        to: 'ingest',
      },
    ],
    services: {
      mimir: {
        store: 'mimir',
        port: 9009,
        extraPorts: [],
      },
      alloy: {
        port: 12345,
        extraPorts: [4318],
      },
    },
    data: { accept: [] },
    decommission: { enabled: true },
    ingestion: { dualWrite },
  }) as unknown as Plan;

function list(plan: Plan, senders: Sender[] = [], cutOff: string[] = []): string[] {
  const findings = judgeSenders(plan, {
    ports: PORTS,
    senders,
    cutOff,
    tls: [],
  });
  return findings.map(({ check, level, message }) => `${level} ${check}: ${message}`);
}

test('senders that move by name are counted, since nobody sees whether each uses it', () => {
  const findings = list(planOf(false), [senderOf('10.0.3.4', 'by-name'), senderOf('10.0.3.5', 'by-name')]);
  expect(findings[0]).toBe(
    'warn senders: 2 senders move by ingest.example.com when they connect again, from 9009 (mimir): ' +
      "whether each uses the name can't be seen",
  );
});

test('with dual write each port of the ingest that bypasses the collector is named', () => {
  const bypass =
    'warn dual write: what comes through the ingest to 9009 (mimir) bypasses alloy: ' +
    'ECS alone gets it, and the host misses it';
  expect(list(planOf(true))).toContain(bypass);
  expect(list(planOf(false))).not.toContain(bypass);
});

test('more than SSM tells of is not nobody', () => {
  const findings = list(planOf(false), [], ['i-1']);
  expect(findings).toContain('fail senders: more are connected to i-1 than SSM can tell of');
  expect(findings.some((finding) => finding.startsWith('pass'))).toBe(false);
});
