import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createActivities } from '../../../src/activities';
import { waitUntilActive } from '../../../src/activities/aws/load-balancer';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { LoadBalancer } from '../../../src/contract/load-balancers';
import { startEmulator, type OwnEmulator } from '../emulator';

const OWNER = {
  migration: 'lgtm-migrate-lgtm-prd',
  run: 'run-1',
};
const OTHER = {
  migration: 'lgtm-migrate-other',
  run: 'run-2',
};
const NAME = 'lgtm-alb';

let emulator: OwnEmulator;
let clients: ReturnType<typeof createClients>;
let activities: Activities;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients('ap-northeast-2');
  activities = createActivities({
    clients,
    environment: {},
  });
});
beforeEach(() =>
  emulator.reset({
    world: 'ready',
    record: 'a',
  }),
);
afterAll(() => emulator.stop());

async function makeGroup(owner = OWNER, name = 'lgtm-alb-sg'): Promise<string> {
  const { vpcId } = await emulator.world();
  const { id } = await activities.ensureLoadBalancerSecurityGroup({
    owner,
    name,
    loadBalancer: NAME,
    vpcId,
    publicAccess: true,
    inside: ['10.0.0.0/16'],
    from: [],
  });
  return id;
}

async function listOpen(group: string): Promise<number[]> {
  const { SecurityGroups } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] }));
  return SecurityGroups![0]!.IpPermissions!.map(({ FromPort }) => FromPort!).sort();
}

async function makeBalancer(): Promise<LoadBalancer> {
  const { subnets } = await emulator.world();
  const group = await makeGroup();
  return activities.ensureLoadBalancer({
    owner: OWNER,
    name: NAME,
    scheme: 'internet-facing',
    subnets: [subnets['public-a']!, subnets['public-c']!],
    securityGroup: group,
  });
}

async function listen(loadBalancer: string, owner = OWNER): Promise<Map<number, Listener>> {
  const { certificateArn } = await emulator.world();
  await activities.ensureListener({
    owner,
    loadBalancer,
    certificate: certificateArn,
  });
  const { Listeners } = await clients.elb.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer }));
  return new Map(Listeners!.map((listener) => [listener.Port!, listener]));
}

test('one that AWS could not set up is a failure with its reason, and is not waited for', async () => {
  const reason = 'The subnet has too few free addresses';
  await emulator.post('/elb/break', {
    name: NAME,
    state: 'failed',
    reason,
  });
  await expect(makeBalancer()).rejects.toMatchObject({
    type: 'LoadBalancerFailed',
    nonRetryable: true,
    message: expect.stringContaining(reason) as string,
  });
});

test('one that serves and lacks what it needs to scale is taken, and told', async () => {
  await emulator.post('/elb/break', {
    name: NAME,
    state: 'active_impaired',
    reason: 'no free address',
  });
  expect(await makeBalancer()).toMatchObject({
    ownership: 'created',
    impaired: 'no free address',
  });
});

test('one of ours lets a connection be silent for as long as a query may take', async () => {
  const { id } = await makeBalancer();
  const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: id });
  const { Attributes } = await clients.elb.send(command);
  expect(Attributes).toContainEqual({
    Key: 'idle_timeout.timeout_seconds',
    Value: '300',
  });
});

test('HTTPS is spoken by TLS 1.2 and 1.3 alone, and port 80 sends there', async () => {
  const { id } = await makeBalancer();
  await listen(id);
  const listeners = await listen(id);
  expect([...listeners.keys()].sort()).toEqual([443, 80]);
  expect(listeners.get(443)!.SslPolicy).toBe('ELBSecurityPolicy-TLS13-1-2-2021-06');
  expect(listeners.get(80)!.DefaultActions![0]).toMatchObject({
    Type: 'redirect',
    RedirectConfig: {
      Protocol: 'HTTPS',
      Port: '443',
      StatusCode: 'HTTP_301',
    },
  });
});

test("somebody else's balancer gets no listener on port 80, and its group lets nobody in there", async () => {
  const { id } = await makeBalancer();
  const listeners = await listen(id, OTHER);
  expect([...listeners.keys()]).toEqual([443]);
  expect(await listOpen(await makeGroup(OTHER, 'theirs'))).toEqual([443]);
});

test('port 80 is open where the listener there is ours, and shut where somebody else has put one', async () => {
  expect(await listOpen(await makeGroup())).toEqual([443, 80]);
  const { id } = await makeBalancer();
  const listeners = await listen(id);
  expect(await listOpen(await makeGroup(OWNER, 'made-later'))).toEqual([443, 80]);

  await clients.elb.send(new DeleteListenerCommand({ ListenerArn: listeners.get(80)!.ListenerArn }));
  await clients.elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: id,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '404' },
        },
      ],
    }),
  );
  expect(await listOpen(await makeGroup(OWNER, 'of-another-listener'))).toEqual([443]);
});

test('a load balancer that is not set up in its time is told by its state', async () => {
  await emulator.post('/settings', { alb_provisioning_s: 600 });
  const { subnets } = await emulator.world();
  await clients.elb.send(
    new CreateLoadBalancerCommand({
      Name: NAME,
      Subnets: [subnets['private-a']!, subnets['private-c']!],
    }),
  );
  const deps = {
    clients,
    environment: {},
  };
  await expect(waitUntilActive(deps, NAME, 300)).rejects.toMatchObject({
    type: 'LoadBalancerLate',
    message: expect.stringContaining(`load balancer ${NAME} is provisioning, and not active after`) as string,
  });
});
