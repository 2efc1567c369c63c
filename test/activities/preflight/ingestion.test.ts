import type { Hosts } from '../../../src/activities/preflight/hosts';
import { lookAtIngestion } from '../../../src/activities/preflight/ingestion';
import { planWith } from '../../plan/plan';

const DUAL_WRITE = 'ingestion: { dualWrite: true }\n';
const REACH = "let lgtm-ecs-sg in there in the host's security group";

function publish(...ports: number[]): Hosts {
  return {
    findings: [],
    hosts: [
      {
        instanceId: 'i-0123456789abcdef0',
        state: 'running',
        privateIp: '10.0.0.5',
        elasticIp: true,
      },
    ],
    containers: [],
    stopped: [],
    vpcs: [],
    isUnread: false,
    isStackUnread: false,
    published: ports.map((port) => ({
      port,
      protocol: 'tcp',
      container: 'some',
    })),
  };
}

function look(plan: string, hosts: Hosts): string[] {
  const { findings } = lookAtIngestion(planWith(plan), hosts);
  return findings.map(({ level, message, fix }) => [level, message, fix].filter(Boolean).join(' → '));
}

test('a plan without dual write is told nothing of it', () => {
  expect(look('', publish())).toEqual([]);
});

test('dual write names the address and the ports that the host must let the tasks in to', () => {
  expect(look(DUAL_WRITE, publish(9009, 3100, 4318, 4040, 3000))).toEqual([
    `warn → alloy writes to 10.0.0.5 as well, on ports 9009, 3100, 4318, 4040 → ${REACH}`,
    'pass → the host publishes all of them',
  ]);
});

test('a store that the host does not publish is named with the variable that says where it is', () => {
  const [, finding] = look(DUAL_WRITE, publish(9009, 3100, 4318));
  expect(finding).toContain('warn → the host publishes no 4040 (pyroscope): what is sent there is lost');
  expect(finding).toContain('publish it, or set OLD_PYROSCOPE_URL in services.alloy.environment');
});

test('a store that the plan places elsewhere need not be published', () => {
  const environment = '{ OLD_PYROSCOPE_URL: "http://profiles:80" }';
  const plan = `${DUAL_WRITE}services: { alloy: { environment: ${environment} } }\n`;
  const [, finding] = look(plan, publish(9009, 3100, 4318));
  expect(finding).toBe('pass → the host publishes all of them');
});

test('an old host that the plan names is not looked at', () => {
  expect(look('ingestion: { dualWrite: true, oldHost: old.example.com }\n', publish())).toEqual([
    `warn → alloy writes to old.example.com as well, on ports 9009, 3100, 4318, 4040 → ${REACH}`,
  ]);
});
