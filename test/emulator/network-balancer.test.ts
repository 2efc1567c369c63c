import { ModifyListenerAttributesCommand, SetSecurityGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { Senders, type SendersTold } from '../../lab/senders';
import { until } from '../../lab/until';
import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { createClients, type Clients } from './clients';
import { at, Ingest } from './ingest';

const NAME = 'ec2-instance.example.com';
const PORT = 3100;

let emulator: OwnEmulator;
let clients: Clients;
let ingest: Ingest;
let senders: Senders;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients(emulator.url);
  senders = new Senders(emulator);
});
beforeEach(async () => {
  const world = await emulator.reset({
    world: 'adopted',
    record: 'cname',
  });
  ingest = await Ingest.make(clients, world);
});
afterAll(() => emulator.stop());

async function change(Changes: Change[]): Promise<void> {
  const { hostedZoneId } = await emulator.world();
  const batch = {
    HostedZoneId: hostedZoneId,
    ChangeBatch: { Changes },
  };
  const { ChangeInfo } = await clients.route53.send(new ChangeResourceRecordSetsCommand(batch));
  await until('INSYNC', async () => {
    const answer = await clients.route53.send(new GetChangeCommand({ Id: ChangeInfo!.Id! }));
    return answer.ChangeInfo!.Status === 'INSYNC';
  });
}

/** An alias to the balancer, as a record of its own or as one of a pair. */
const leadToBalancer = (rest: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: NAME,
  Type: 'A',
  AliasTarget: {
    HostedZoneId: ingest.balancer.CanonicalHostedZoneId!,
    DNSName: ingest.balancer.DNSName!,
    EvaluateTargetHealth: rest.SetIdentifier !== undefined,
  },
  ...rest,
});

/** The sender's name leads to the balancer alone. */
const pointName = () =>
  change([
    {
      Action: 'UPSERT',
      ResourceRecordSet: leadToBalancer(),
    },
  ]);

/** A sender that looks its name up and connects anew for each sample. */
const startSender = (port: number, source = '10.0.2.77') =>
  senders.start({
    targets: [
      {
        name: NAME,
        port,
      },
    ],
    ttls: {
      60: 0,
      300: 0,
    },
    keep_s: 0,
    source,
  });

/** What becomes of the next samples. */
async function send(source?: string): Promise<SendersTold> {
  await startSender(PORT, source);
  await until('twenty samples', async () => (await senders.read()).sent >= 20);
  return senders.stop();
}

async function serveLoki(delay = 180): Promise<string> {
  const group = await ingest.makeGroup('loki-3100');
  await ingest.setAttribute(group, 'deregistration_delay.timeout_seconds', String(delay));
  await ingest.open(PORT);
  await ingest.listen(PORT, group);
  await ingest.serve([at(group)]);
  await ingest.untilSteady();
  return group;
}

test('a sender reaches the port that its host publishes, and none that no security group opens to it', async () => {
  const fromInside = await send();
  expect(fromInside).toMatchObject({
    ecs: 0,
    refused: 0,
    lost: 0,
    waiting: 0,
  });
  expect(fromInside.ports['3100']!.host).toBe(fromInside.sent);
  const fromOutside = await send('198.51.100.9');
  expect(fromOutside.refused).toBe(fromOutside.sent);
});

test('samples end at the task that the listener of their port leads to', async () => {
  await serveLoki();
  await pointName();
  const told = await send();
  expect(told).toMatchObject({
    host: 0,
    refused: 0,
    lost: 0,
  });
  expect(told.ports['3100']!.ecs).toBe(told.sent);
});

test('a port without a listener, and a balancer whose group does not admit the sender, refuse', async () => {
  await pointName();
  expect((await send()).refused).toBeGreaterThan(0);
  await serveLoki();
  expect((await send('192.0.2.9')).ecs).toBe(0);
});

test('a listener that leads to another port of the task loses what it is sent', async () => {
  const group = await ingest.makeGroup('loki-3100');
  await ingest.open(PORT);
  await ingest.listen(4317, group);
  await ingest.open(4317);
  await ingest.serve([at(group)]);
  await ingest.untilSteady();
  await pointName();
  await startSender(4317);
  const told = await until('samples of traces', async () => {
    const seen = await senders.read();
    return seen.lost > 0 && seen;
  });
  await senders.stop();
  expect(told.reasons).toHaveProperty('loki 3100 is not tempo 4317');
});

test('a task whose group does not admit the balancer at its port gets nothing', async () => {
  await serveLoki();
  await pointName();
  expect((await send()).ecs).toBeGreaterThan(0);
  await ingest.shutOut(PORT);
  const told = await send();
  expect(told.ecs).toBe(0);
  expect(Object.keys(told.reasons)).toContainEqual(expect.stringContaining('no security group of its task admits'));
});

test('a target that was deregistered is sent to for two minutes more, and its task lives as long', async () => {
  await serveLoki();
  await pointName();
  await startSender(PORT);
  await ingest.replaceTask();
  expect(await senders.stop()).toMatchObject({
    refused: 0,
    lost: 0,
  });
});

test('a task that stops before those two minutes are over refuses', async () => {
  await serveLoki(10);
  await pointName();
  await startSender(PORT);
  await ingest.replaceTask();
  await until('a sample that is refused', async () => (await senders.read()).refused > 0);
  expect(await senders.stop()).toMatchObject({ lost: 0 });
});

test('a target is healthy on its ready path alone, and where the tasks admit the balancer', async () => {
  const groups = [
    await ingest.makeGroup('ready'),
    await ingest.makeGroup('elsewhere', { healthPath: '/metrics' }),
    await ingest.makeGroup('closed', { healthPort: 9095 }),
  ];
  await ingest.open(PORT);
  for (const [index, group] of groups.entries()) await ingest.listen(PORT + index, group);
  await ingest.serve(groups.map((group) => at(group)));
  const states = await Promise.all(groups.map((group) => ingest.readHealth(group)));
  expect(states).toEqual([['healthy'], ['unhealthy'], ['unhealthy']]);
});

test('an alias that looks at health leads to no balancer of which a group is empty', async () => {
  const group = await ingest.makeGroup('empty');
  await ingest.listen(PORT, group);
  const { eip } = await emulator.world();
  const host = {
    Name: NAME,
    Type: 'A' as const,
    ResourceRecords: [{ Value: eip }],
  };
  await change([
    {
      Action: 'DELETE',
      ResourceRecordSet: { ...host, TTL: 300 },
    },
    {
      Action: 'CREATE',
      ResourceRecordSet: {
        ...host,
        TTL: 60,
        SetIdentifier: 'host',
        Weight: 0,
      },
    },
    {
      Action: 'CREATE',
      ResourceRecordSet: leadToBalancer({ SetIdentifier: 'ecs', Weight: 100 }),
    },
  ]);
  expect(await emulator.get(`/resolve?name=${NAME}`)).toEqual([
    expect.objectContaining({
      value: eip,
      share: 1,
    }),
  ]);
});

test('ECS refuses a sixth group, a port that no container maps, and a group that no listener leads to', async () => {
  const unused = await ingest.makeGroup('unused');
  await expect(ingest.serve([at(unused)])).rejects.toThrow(/does not have an associated load balancer/);
  const group = await ingest.makeGroup('used');
  await ingest.listen(PORT, group);
  await expect(ingest.serve([at(group, 9095)])).rejects.toThrow(/did not have a container port 9095 defined/);
  await expect(ingest.serve(Array.from({ length: 6 }, () => at(group)))).rejects.toThrow(/at most 5 items/);
});

test('what AWS refuses of a network load balancer is refused', async () => {
  const group = await ingest.makeGroup('tcp');
  const datagrams = await ingest.makeGroup('udp', { protocol: 'UDP' });
  const listener = await ingest.listen(PORT, group);
  await expect(ingest.listen(PORT, datagrams, 'UDP')).rejects.toThrow(/already exists/);
  await expect(ingest.listen(4317, datagrams)).rejects.toThrow(/has protocol UDP/);
  await expect(ingest.setAttribute(datagrams, 'preserve_client_ip.enabled', 'false')).rejects.toThrow(/can't be/);
  const other = await Ingest.make(clients, await emulator.world(), 'other');
  await expect(other.listen(PORT, group)).rejects.toThrow(/more than one load balancer/);
  const setIdle = (Value: string) =>
    clients.elb.send(
      new ModifyListenerAttributesCommand({
        ListenerArn: listener,
        Attributes: [
          {
            Key: 'tcp.idle_timeout.seconds',
            Value,
          },
        ],
      }),
    );
  await expect(setIdle('7000')).rejects.toThrow(/between 60 and 6000/);
  await setIdle('6000');
});

test('a balancer keeps having no security groups where it was made without', async () => {
  const { LoadBalancerArn } = ingest.balancer;
  const groups = {
    LoadBalancerArn,
    SecurityGroups: ingest.balancer.SecurityGroups,
  };
  await clients.elb.send(new SetSecurityGroupsCommand(groups));
  expect(LoadBalancerArn).toContain(':loadbalancer/net/ingest/');
});
