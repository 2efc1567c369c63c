import {
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  DescribeListenerAttributesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createActivities } from '../../../src/activities';
import { lookForMissing } from '../../../src/activities/aws/missing-resource';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { PortSources } from '../../../src/contract/ingest';
import type { IngestPort } from '../../../src/plan/ingest';
import { startEmulator, type OwnEmulator } from '../emulator';

const OWNER = {
  migration: 'lgtm-migrate-lgtm-prd',
  run: 'run-1',
};
const MIMIR: IngestPort = {
  port: 9009,
  protocol: 'tcp',
  service: 'mimir',
  targetPort: 9009,
};
const SYSLOG: IngestPort = {
  port: 514,
  protocol: 'udp',
  service: 'alloy',
  targetPort: 1514,
};
const NOBODY: PortSources = {
  port: 9009,
  protocol: 'tcp',
  ranges: [],
  groups: [],
  prefixLists: [],
};

let emulator: OwnEmulator;
let clients: ReturnType<typeof createClients>;
let activities: Activities;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients('ap-northeast-2');
  activities = createActivities({ clients, environment: {} });
});
beforeEach(() => emulator.reset({ world: 'ready', record: 'a' }));
afterAll(() => emulator.stop());

async function make(port: IngestPort = MIMIR) {
  const { vpcId, subnets } = await emulator.world();
  const sources = [{ ...NOBODY, ranges: ['10.0.0.0/16', '192.168.0.0/16'] }];
  const group = await activities.ensureIngestSecurityGroup({
    owner: OWNER,
    name: 'ingest-sg',
    vpcId,
    sources,
  });
  const balancer = await activities.ensureIngestBalancer({
    owner: OWNER,
    name: 'ingest',
    subnets: [subnets['private-a']!, subnets['private-c']!],
    securityGroup: group.id,
  });
  const targets = await activities.ensureIngestGroup({
    owner: OWNER,
    name: `ingest-${port.port}`,
    vpcId,
    port,
    health: { port: 9009, path: '/ready' },
  });
  const listener = await activities.ensureIngestListener({
    owner: OWNER,
    loadBalancer: balancer.id,
    port,
    targetGroup: targets.id,
  });
  return {
    group,
    balancer,
    targets,
    listener,
  };
}

type Attributes = { Attributes?: { Key?: string | undefined; Value?: string | undefined }[] | undefined };

const read = ({ Attributes = [] }: Attributes, key: string): string | undefined =>
  Attributes.find(({ Key }) => Key === key)?.Value;

test('the balancer is internal, has its security group, and balances across zones', async () => {
  const { group, balancer } = await make();
  const { LoadBalancers } = await clients.elb.send(new DescribeLoadBalancersCommand({ Names: ['ingest'] }));
  expect(LoadBalancers).toEqual([
    expect.objectContaining({
      Type: 'network',
      Scheme: 'internal',
      SecurityGroups: [group.id],
    }),
  ]);
  expect(balancer.hostedZoneId).toBe(LoadBalancers![0]!.CanonicalHostedZoneId);
  const asked = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer.id });
  expect(read(await clients.elb.send(asked), 'load_balancing.cross_zone.enabled')).toBe('true');
});

test('a group asks who is ready, ends connections after 180 s, and hides addresses but of datagrams', async () => {
  const { targets } = await make();
  const datagrams = await make(SYSLOG);
  const { TargetGroups } = await clients.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [targets.id] }));
  expect(TargetGroups![0]).toMatchObject({
    Protocol: 'TCP',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: '9009',
    HealthCheckPath: '/ready',
  });
  const attributesOf = (arn: string) =>
    clients.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }));
  const attributes = await attributesOf(targets.id);
  expect(read(attributes, 'deregistration_delay.timeout_seconds')).toBe('180');
  expect(read(attributes, 'deregistration_delay.connection_termination.enabled')).toBe('true');
  expect(read(attributes, 'preserve_client_ip.enabled')).toBe('false');
  expect(read(await attributesOf(datagrams.targets.id), 'preserve_client_ip.enabled')).toBe('true');
});

test('a connection may be silent as long as AWS allows', async () => {
  const { listener } = await make();
  const asked = new DescribeListenerAttributesCommand({ ListenerArn: listener.id });
  expect(read(await clients.elb.send(asked), 'tcp.idle_timeout.seconds')).toBe('6000');
});

test('what is there is found, and whoever runs later adopts it and leaves it', async () => {
  const first = await make();
  const again = await make();
  expect(again).toEqual(first);
  const { id } = first.balancer;
  const later = { ...OWNER, run: 'run-2' };
  const port = { port: 9009, protocol: 'tcp' as const };
  await activities.removeIngestListener({
    owner: later,
    loadBalancer: id,
    port,
  });
  await activities.removeLoadBalancer({ owner: later, name: 'ingest' });
  const { Listeners } = await clients.elb.send(new DescribeListenersCommand({ LoadBalancerArn: id }));
  expect(Listeners).toHaveLength(1);
});

test('all that was made is taken back, listener before group, and a second time there is nothing', async () => {
  const { balancer } = await make();
  const { vpcId } = await emulator.world();
  for (let time = 1; time <= 2; time++) {
    const listener = {
      owner: OWNER,
      loadBalancer: balancer.id,
      port: { port: 9009, protocol: 'tcp' as const },
    };
    await activities.removeIngestListener(listener);
    await activities.removeTargetGroup({ owner: OWNER, name: 'ingest-9009' });
    await activities.removeLoadBalancer({ owner: OWNER, name: 'ingest' });
    await activities.removeSecurityGroup({
      owner: OWNER,
      name: 'ingest-sg',
      vpcId,
    });
  }
  const { loadBalancers, targetGroups, securityGroups } = await emulator.dump();
  expect([loadBalancers, targetGroups]).toEqual([{}, {}]);
  expect(Object.keys(securityGroups)).toEqual(['lgtm-ec2']);
});

test('a listener and a group that somebody deletes are named', async () => {
  const { balancer, listener, targets } = await make();
  const port = {
    port: 9009,
    targetGroupArn: targets.id,
    targetGroup: targets.dimension,
    loadBalancer: balancer.dimension,
  };
  const mimir = {
    name: 'mimir',
    count: 1,
    ingest: [port],
  };
  const list = async () => {
    const { missing } = await lookForMissing({ clients, environment: {} }, { cluster: 'none', services: [mimir] });
    return missing.filter((what) => what.includes('9009'));
  };
  expect(await list()).toEqual([]);
  await clients.elb.send(new DeleteListenerCommand({ ListenerArn: listener.id }));
  expect(await list()).toEqual(["the ingest's listener for port 9009 is gone: somebody has deleted it"]);
  await clients.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: targets.id }));
  expect(await list()).toEqual(["the ingest's target group for port 9009 is gone: somebody has deleted it"]);
});

test('a port that leads elsewhere, and a load balancer of another kind, are named', async () => {
  const { balancer } = await make();
  const { vpcId } = await emulator.world();
  const other = await activities.ensureIngestGroup({
    owner: OWNER,
    name: 'other',
    vpcId,
    port: MIMIR,
    health: { port: 9009, path: '/ready' },
  });
  const taken = activities.ensureIngestListener({
    owner: OWNER,
    loadBalancer: balancer.id,
    port: MIMIR,
    targetGroup: other.id,
  });
  await expect(taken).rejects.toThrow(
    /^port 9009 \(tcp\) of the ingest is taken: .* delete that listener, then retry$/,
  );
  await emulator.reset({ world: 'adopted', record: 'a' });
  const application = activities.ensureIngestBalancer({
    owner: OWNER,
    name: 'lgtm-alb',
    subnets: [],
    securityGroup: 'sg-1',
  });
  await expect(application).rejects.toThrow('load balancer lgtm-alb is of type application, and senders need one');
});
