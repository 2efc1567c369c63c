import { CreateSubnetCommand, RevokeSecurityGroupEgressCommand } from '@aws-sdk/client-ec2';
import {
  ModifyLoadBalancerAttributesCommand,
  SetSubnetsCommand,
  type TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createClients, type Clients } from '../../emulator/clients';
import { Ingest } from '../../emulator/ingest';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

const RECORDS = [
  {
    name: 'grafana.example.com',
    service: 'grafana',
  },
  {
    name: 'ec2-instance.example.com',
    to: 'ingest',
  },
];
/** As the run sets the target group of a port. */
const SET: TargetGroupAttribute[] = [
  {
    Key: 'deregistration_delay.timeout_seconds',
    Value: '300',
  },
  {
    Key: 'deregistration_delay.connection_termination.enabled',
    Value: 'true',
  },
  {
    Key: 'preserve_client_ip.enabled',
    Value: 'false',
  },
];

let world: PreflightWorld;
let clients: Clients;

beforeAll(async () => {
  world = await startWorld('ready');
  clients = createClients(world.emulator.url);
});
beforeEach(() => world.renew('cname'));
afterAll(() => world.emulator.stop());

const preflight = async (keys: Record<string, unknown> = {}) =>
  ofCheck(
    await world.preflight({
      records: RECORDS,
      ...keys,
    }),
    'ingest',
  );

const make = (name = 'lgtm-ingest') => Ingest.make(clients, world.emulator.account, name);

async function cross(ingest: Ingest): Promise<void> {
  const { LoadBalancerArn } = ingest.balancer;
  const Attributes = [
    {
      Key: 'load_balancing.cross_zone.enabled',
      Value: 'true',
    },
  ];
  await clients.elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn,
      Attributes,
    }),
  );
}

test('a load balancer of somebody else that is as the run would make it is adopted', async () => {
  const ingest = await make();
  await cross(ingest);
  const group = await ingest.makeGroup('lgtm-ingest-3100');
  for (const { Key, Value } of SET) await ingest.setAttribute(group, Key!, Value!);
  await ingest.listen(3100, group);
  const findings = await preflight();
  expect(findings.filter(({ level }) => level !== 'pass')).toEqual([]);
  expect(findings.map(({ message }) => message)).toContain('load balancer lgtm-ingest is adopted');
});

test('one that keeps zones to itself, or does not serve a zone of the tasks, is told with the command', async () => {
  const ingest = await make();
  const { LoadBalancerArn } = ingest.balancer;
  const { subnets, vpcId: VpcId } = world.emulator.account;
  const wanted = {
    VpcId,
    CidrBlock: '10.0.9.0/24',
    AvailabilityZone: 'ap-northeast-2b',
  };
  const { Subnet } = await clients.ec2.send(new CreateSubnetCommand(wanted));
  const Subnets = [subnets['private-a']!, Subnet!.SubnetId!];
  await clients.elb.send(
    new SetSubnetsCommand({
      LoadBalancerArn,
      Subnets,
    }),
  );
  const findings = await world.preflight({ records: RECORDS });
  const told = findings.find(({ message }) =>
    message.startsWith('load balancer lgtm-ingest keeps each zone to itself'),
  );
  expect(told).toMatchObject({
    level: 'warn',
    fix: expect.stringContaining('cross_zone.enabled,Value=true') as string,
  });
  expect(failures(findings)).toEqual([
    expect.stringMatching(/^lgtm-ingest serves \S+a, \S+b and not \S+c, where tasks/),
  ]);
});

test('one with another security group than the tasks let in is a failure, with the name to set', async () => {
  await cross(await make('lgtm-ingest'));
  const findings = await preflight({ ingest: { securityGroup: 'senders' } });
  const [failure] = findings.filter(({ level }) => level === 'fail');
  expect(failure).toMatchObject({
    message: 'load balancer lgtm-ingest has security group lgtm-ingest-sg, and tasks let in senders alone',
    fix: expect.stringContaining('set ingest.securityGroup to lgtm-ingest-sg') as string,
  });
});

test('its group that lets nothing out to the tasks is a failure', async () => {
  const ingest = await make();
  await cross(ingest);
  const [GroupId] = ingest.balancer.SecurityGroups!;
  const everything = {
    IpProtocol: '-1',
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  };
  await clients.ec2.send(
    new RevokeSecurityGroupEgressCommand({
      GroupId,
      IpPermissions: [everything],
    }),
  );
  expect(failures(await world.preflight({ records: RECORDS }))).toEqual([
    expect.stringMatching(/^security group lgtm-ingest-sg does not let tcp \d+, .* out to the tasks in 10\./),
  ]);
});

test('a listener that leads elsewhere, and groups that are another thing or set otherwise, are failures', async () => {
  const ingest = await make();
  await cross(ingest);
  await ingest.listen(9009, await ingest.makeGroup('mine'));
  await ingest.makeGroup('lgtm-ingest-4318', {
    protocol: 'UDP',
    port: 4318,
  });
  const asking = await ingest.makeGroup('lgtm-ingest-3100', { healthPath: '/' });
  for (const { Key, Value } of SET) await ingest.setAttribute(asking, Key!, Value!);
  await ingest.makeGroup('lgtm-ingest-3200', {
    port: 3200,
    healthPort: 3200,
  });
  const other = await make('others');
  const taken = await ingest.makeGroup('lgtm-ingest-4040', {
    port: 4040,
    healthPort: 4040,
  });
  await other.listen(4040, taken);
  expect(failures(await preflight()).sort()).toEqual([
    'port 9009/tcp of the ingest speaks TCP and leads to mine',
    'target group lgtm-ingest-3100 asks HTTP 3100/ for health, and loki says at HTTP 3100/ready that it is ready',
    'target group lgtm-ingest-3200 is adopted, and senders need of it ' +
      'deregistration_delay.connection_termination.enabled true',
    expect.stringMatching(/^target group lgtm-ingest-4040 belongs to arn:.*others.*, and a target group has one/),
    'target group lgtm-ingest-4318 is for UDP to targets of type ip, and 4318 needs TCP to ip',
  ]);
});
