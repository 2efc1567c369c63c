import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSubnetCommand,
  CreateVpcEndpointCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { until } from '../../lab/until';
import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { CLUSTER } from './account';
import { createClients, type Clients } from './clients';
import { at, Ingest } from './ingest';

const PORT = 3100;

let emulator: OwnEmulator;
let clients: Clients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients(emulator.url);
});
beforeEach(() =>
  emulator.reset({
    world: 'adopted',
    record: 'cname',
  }),
);
afterAll(() => emulator.stop());

/** A service behind a load balancer that lets it in. */
async function makeIngest(): Promise<{ ingest: Ingest; group: string }> {
  const ingest = await Ingest.make(clients, await emulator.world());
  const group = await ingest.makeGroup('loki-3100');
  await ingest.open(PORT);
  await ingest.listen(PORT, group);
  return {
    ingest,
    group,
  };
}

/** A security group lets nothing out any more. */
async function shutIn(name: string): Promise<void> {
  const named = {
    Name: 'group-name',
    Values: [name],
  };
  const { SecurityGroups } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [named] }));
  const { GroupId, IpPermissionsEgress: IpPermissions } = SecurityGroups![0]!;
  await clients.ec2.send(
    new RevokeSecurityGroupEgressCommand({
      GroupId,
      IpPermissions,
    }),
  );
}

const untilFailed = () =>
  until('a task that failed', async () => {
    const { services } = await clients.ecs.send(
      new DescribeServicesCommand({
        cluster: CLUSTER,
        services: ['loki'],
      }),
    );
    return services![0]!.deployments!.some(({ failedTasks = 0 }) => failedTasks > 0);
  });

test('a balancer whose security group lets nothing out finds no target healthy', async () => {
  const { ingest, group } = await makeIngest();
  await ingest.serve([at(group)]);
  await ingest.untilSteady();
  expect(await ingest.readHealth(group)).toEqual(['healthy']);
  await shutIn('ingest-sg');
  expect(await ingest.readHealth(group)).toEqual(['unhealthy']);
});

test('tasks whose security group lets no HTTPS out do not start', async () => {
  const { ingest, group } = await makeIngest();
  await shutIn('ingest-tasks');
  await ingest.serve([at(group)]);
  await untilFailed();
});

test('tasks that an endpoint does not let in do not start', async () => {
  const { ingest, group } = await makeIngest();
  const { vpcId: VpcId, subnets } = await emulator.world();
  const endpoint = {
    VpcId,
    ServiceName: 'com.amazonaws.ap-northeast-2.ecr.dkr',
    VpcEndpointType: 'Interface' as const,
    SubnetIds: [subnets['private-a']!],
    SecurityGroupIds: ingest.balancer.SecurityGroups!,
    PrivateDnsEnabled: true,
  };
  await clients.ec2.send(new CreateVpcEndpointCommand(endpoint));
  await ingest.serve([at(group)]);
  await untilFailed();
  const [GroupId] = ingest.balancer.SecurityGroups!;
  const fromInside = {
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    IpRanges: [{ CidrIp: '10.0.0.0/16' }],
  };
  await clients.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [fromInside],
    }),
  );
  await ingest.untilSteady();
});

test('a target in a zone that its balancer does not serve is not in use', async () => {
  const { ingest, group } = await makeIngest();
  await ingest.serve([at(group)]);
  await ingest.untilSteady();
  const { subnets, vpcId: VpcId } = await emulator.world();
  const wanted = {
    VpcId,
    CidrBlock: '10.0.9.0/24',
    AvailabilityZone: 'ap-northeast-2b',
  };
  const { Subnet } = await clients.ec2.send(new CreateSubnetCommand(wanted));
  const Subnets = [subnets['private-c']!, Subnet!.SubnetId!];
  const { LoadBalancerArn } = ingest.balancer;
  await clients.elb.send(
    new SetSubnetsCommand({
      LoadBalancerArn,
      Subnets,
    }),
  );
  expect(await ingest.readHealth(group)).toEqual(['unused']);
});

test('what no rule takes gets what its listener does by default', async () => {
  const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({ Names: ['lgtm-alb'] }));
  const { LoadBalancerArn, DNSName } = LoadBalancers![0]!;
  const routeOf = (host: string) =>
    emulator.get<{ targetGroup: string }>(`/route?balancer=${DNSName}&host=${host}`).then((told) => told.targetGroup);
  expect(await routeOf('grafana.example.com')).toBe('lgtm-grafana-tg');
  expect(await routeOf('shop.example.com')).toBe('lgtm-grafana-tg');
  const { Listeners } = await clients.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const { ListenerArn } = Listeners!.find(({ Port }) => Port === 443)!;
  const { TargetGroups } = await clients.elb.send(new DescribeTargetGroupsCommand({ Names: ['lgtm-loki-tg'] }));
  const forward = {
    Type: 'forward' as const,
    TargetGroupArn: TargetGroups![0]!.TargetGroupArn,
  };
  await clients.elb.send(
    new ModifyListenerCommand({
      ListenerArn,
      DefaultActions: [forward],
    }),
  );
  expect(await routeOf('shop.example.com')).toBe('lgtm-loki-tg');
});
