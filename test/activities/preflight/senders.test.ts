import { DescribeImagesCommand, DescribeNatGatewaysCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { Finding } from '../../../src/contract/findings';
import { ofCheck, startWorld, type PreflightWorld } from './world';

let world: PreflightWorld;
beforeEach(async () => {
  world = await startWorld('adopted');
});
afterEach(() => world.emulator.stop());

type Projects = Record<string, { services: Record<string, object> }>;

interface Connection {
  peer: string;
  /** absent: established */
  state?: string;
  port: number;
  count?: number;
}

/** Sets what the host's programs hold. */
async function changeHost(keys: Record<string, unknown>): Promise<void> {
  const [id] = world.emulator.account.instanceIds;
  await world.emulator.post('/host', { id, ...keys });
}

async function connect(...connections: Connection[]): Promise<void> {
  await changeHost({ connections });
}

/** Of the senders: level, name by which it is accepted, and sentence. */
async function listFindings(keys: Record<string, unknown> = {}): Promise<string[]> {
  const findings = ofCheck(await world.preflight(keys), 'senders');
  return findings.map(describe);
}

function describe({ level, id, message }: Finding): string {
  return [level, id, message].filter(Boolean).join(' ');
}

test('where nobody but the stack itself is connected there is no sender', async () => {
  expect(await listFindings()).toEqual(['pass nobody else is connected to what the hosts publish, now']);
});

test('a sender that no name of the plan leads is a failure, which the plan accepts by peer and port', async () => {
  await connect(
    {
      peer: '10.0.3.4',
      port: 9009,
      count: 3,
    },
    {
      peer: '203.0.113.9',
      port: 443,
    },
  );
  const stays = '10.0.3.4 → 9009 (mimir), 3 connections, does not move: no name of the plan leads to port 9009';
  expect(await listFindings()).toEqual([
    expect.stringContaining(`fail 10.0.3.4/9009 ${stays}`),
    expect.stringMatching(
      /^fail senders\/own-name senders use 9009 \(mimir\), and every name of the plan is its users'/,
    ),
  ]);
  const accepted = await listFindings({ data: { accept: ['10.0.3.4/9009', 'senders/own-name'] } });
  expect(accepted).toEqual([
    expect.stringMatching(/^warn 10\.0\.3\.4\/9009 .*\(accepted by data\.accept\)$/),
    expect.stringMatching(/^warn senders\/own-name .*\(accepted by data\.accept\)$/),
  ]);
  const kept = await listFindings({ decommission: { enabled: false } });
  expect(kept).toEqual([
    expect.stringMatching(/^warn 10\.0\.3\.4\/9009 .*\(the hosts stay: decommission\.enabled is false\)$/),
    // whoever stays, the name moves
    expect.stringMatching(/^fail senders\/own-name /),
  ]);
});

test('thousands of connections of one sender are counted on the host, and none is cut off', async () => {
  await connect({ peer: '10.0.3.4', port: 9009, count: 2000 });
  const [stays] = await listFindings();
  expect(stays).toMatch(/^fail 10\.0\.3\.4\/9009 10\.0\.3\.4 → 9009 \(mimir\), 2000 connections, does not move/);
});

test('a sender that opens a connection for each push, and has none now, is seen', async () => {
  await connect({
    peer: '10.0.3.4',
    port: 9009,
    state: 'time-wait',
  });
  const [stays] = await listFindings();
  expect(stays).toMatch(/^fail 10\.0\.3\.4\/9009 10\.0\.3\.4 → 9009 \(mimir\), 1 connection, does not move/);
});

test('what a proxy takes from senders by a name of users is a failure, with its paths', async () => {
  await changeHost({ pushes: { '/loki/api/v1/push': 405, '/otlp/v1/metrics': 401, '/v1/traces': 404 } });
  const [first, ...others] = await listFindings();
  expect(first).toMatch(/^fail senders\/paths-443 i-\w+ takes at grafana\.example\.com:443 what is pushed to /);
  expect(first).toContain('pushed to /otlp/v1/metrics, /loki/api/v1/push, and on ECS');
  expect(others).toEqual(['pass nobody else is connected to what the hosts publish, now']);
  await changeHost({
    pushes: { '/': 401, '/lgtm-migrate-none': 401, '/loki/api/v1/push': 401, '/otlp/v1/metrics': 401 },
  });
  const [locked] = await listFindings();
  expect(locked).toMatch(/^warn i-\w+ asks for a password whatever is asked of grafana\.example\.com:443/);
});

test('a component that ends TLS itself needs its certificate as a secret', async () => {
  await changeHost({ tls: [4317, 9009] });
  const findings = await listFindings();
  expect(findings).toContainEqual(
    expect.stringMatching(
      /^fail senders\/tls-9009 mimir of i-\w+ ends TLS itself at 9009, and its task has no certificate/,
    ),
  );
  const services = { mimir: { secrets: { TLS_KEY: 'lgtm/s3-credentials' } } };
  expect(await listFindings({ services })).toContainEqual(
    expect.stringMatching(/^fail senders\/tls-9009 .* at 9009, and only TLS_KEY may hold a certificate/),
  );
  const data = { accept: ['senders/tls-9009'] };
  expect(await listFindings({ services, data })).toContainEqual(expect.stringMatching(/^warn senders\/tls-9009 /));
});

test('what the fix names is what the sender has to be given', async () => {
  await connect({ peer: '10.0.3.4', port: 3100 });
  const [finding] = ofCheck(await world.preflight(), 'senders');
  expect(finding!.fix).toMatch(/ingest\.example\.com, A 10\.0\.\d+\.\d+; put ingest\.example\.com:3100 into this one/);
  expect(finding!.fix).toContain('or accept it by name: data.accept: [10.0.3.4/3100]');
});

test("the host's own agents never move, whether they are programs or containers", async () => {
  await changeHost({
    containers: { cadvisor: { image: 'gcr.io/cadvisor/cadvisor:v0.49.1' } },
    connections: [
      {
        peer: 'localhost',
        port: 3100,
        count: 2,
      },
      { peer: 'cadvisor', port: 9009 },
      { peer: 'grafana', port: 9009 },
    ],
  });
  expect(await listFindings()).toEqual([
    'fail localhost/3100 localhost → 3100 (loki), 2 connections, does not move: ' +
      'an agent on the host itself, which stops with it',
    'fail cadvisor/9009 cadvisor → 9009 (mimir), 1 connection, does not move: ' +
      'a container on the host that is no part of what moves, and stops with it',
  ]);
});

test('a sender outside the reach of the VPC is told from one behind its own NAT gateway', async () => {
  const ec2 = new EC2Client(world.config);
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const gateway = NatGateways[0]!.NatGatewayAddresses![0]!.PublicIp!;
  await connect({ peer: '203.0.113.9', port: 9009 }, { peer: gateway, port: 4318 });
  const [inside, outside] = await listFindings();
  expect(outside).toMatch(/^fail 203\.0\.113\.9\/9009 .* outside the reach of vpc-\w+, where the ingest is internal$/);
  expect(inside).toContain('does not move: no name of the plan leads to port 4318');
});

test('a sender that is an instance of the VPC is told with its name', async () => {
  const ec2 = new EC2Client(world.config);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images[0]!.ImageId!,
      MinCount: 1,
      MaxCount: 1,
      SubnetId: world.emulator.account.subnets['private-a']!,
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            {
              Key: 'Name',
              Value: 'web-1',
            },
          ],
        },
      ],
    }),
  );
  const { PrivateIpAddress, InstanceId } = Instances[0]!;
  await connect({ peer: PrivateIpAddress!, port: 9009 });
  const [finding] = await listFindings();
  expect(finding).toContain(`web-1 (${InstanceId}), ${PrivateIpAddress} → 9009 (mimir), 1 connection, does not move`);
});

test('of many senders that stay some are told whole, and the rest are counted', async () => {
  const peers = Array.from({ length: 23 }, (_, number) => `10.0.3.${number + 1}`);
  await connect(...peers.map((peer) => ({ peer, port: 9009 })));
  const findings = await listFindings();
  expect(findings.filter((finding) => finding.includes('does not move'))).toHaveLength(20);
  expect(findings).toContain('fail senders/others 3 more senders do not move');
});

/** Changes what the host's Compose project says of Alloy. */
async function changeAlloy(keys: Record<string, unknown>): Promise<void> {
  const [id] = world.emulator.account.instanceIds;
  const { projects } = await world.emulator.get<{ projects: Projects }>(`/host?id=${id}`);
  const [project] = Object.values(projects);
  Object.assign(project!.services['alloy']!, keys);
  await changeHost({ projects });
}

test('whoever sends over UDP is not seen, and that is said', async () => {
  const syslog = {
    port: 1514,
    protocol: 'udp',
  };
  await changeAlloy({ published: [syslog] });
  expect(await listFindings()).toContain("warn who sends to UDP 1514 (alloy) can't be seen: it has no connections");
});

test("a container in the host's own network is seen at what it listens at", async () => {
  await changeAlloy({
    network: 'host',
    ports: [12345],
  });
  await connect({ peer: '10.0.3.4', port: 12345 });
  const [finding] = await listFindings();
  expect(finding).toMatch(/^fail 10\.0\.3\.4\/12345 10\.0\.3\.4 → 12345 \(alloy\), 1 connection/);
});
