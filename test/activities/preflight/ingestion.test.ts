import { ingestionFindings } from '../../../src/activities/preflight/ingestion';
import type { Hosts } from '../../../src/activities/preflight/hosts';
import { planWith } from '../../plan/plan';

const publishing = (...ports: number[]) =>
  ({
    findings: [],
    hosts: [{ instanceId: 'i-0123456789abcdef0', state: 'running', privateIp: '10.0.0.5', elasticIp: true }],
    containers: [],
    published: ports.map((port) => ({ port, protocol: 'tcp', container: 'some' })),
  }) as unknown as Hosts;
const found = (more: string, hosts: Hosts) =>
  ingestionFindings(planWith(more), hosts).map(({ level, message, fix }) =>
    [level, message, fix].filter(Boolean).join(' → '),
  );

const REACH = "let lgtm-ecs-sg in there in the host's security group";

test('a plan without dual write is told nothing of it', () => expect(found('', publishing())).toEqual([]));

test('dual write names the address and the ports that the host must let the tasks in to', () => {
  expect(found('ingestion: { dualWrite: true }\n', publishing(9009, 3100, 4318, 4040, 3000))).toEqual([
    `warn → alloy writes to 10.0.0.5 as well, on ports 9009, 3100, 4318, 4040 → ${REACH}`,
    'pass → the host publishes all of them',
  ]);
});

test('a store that the host does not publish is named with the variable that says where it is', () => {
  expect(found('ingestion: { dualWrite: true }\n', publishing(9009, 3100, 4318))[1]).toBe(
    'warn → the host publishes no 4040 (pyroscope): what is sent there is lost → publish it, or set OLD_PYROSCOPE_URL in services.alloy.environment',
  );
  expect(
    found(
      'ingestion: { dualWrite: true }\nservices: { alloy: { environment: { OLD_PYROSCOPE_URL: "http://profiles:80" } } }\n',
      publishing(9009, 3100, 4318),
    )[1],
  ).toBe('pass → the host publishes all of them');
});

test('an old host that the plan names is not looked at', () => {
  expect(found('ingestion: { dualWrite: true, oldHost: old.example.com }\n', publishing())).toEqual([
    `warn → alloy writes to old.example.com as well, on ports 9009, 3100, 4318, 4040 → ${REACH}`,
  ]);
});
