import { DescribeInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { until } from '../../lab/until';
import { Witness, type Clientele, type Testimony } from '../../lab/witness';
import { createActivities } from '../../src/activities';
import { createClients as createDeps } from '../../src/activities/clients';
import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { BothSides } from './both-sides';
import { createClients, type Clients } from './clients';

let emulator: OwnEmulator;
let clients: Clients;
let witness: Witness;
let sides: BothSides;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients(emulator.url);
  witness = new Witness(emulator);
});
beforeEach(async () => {
  const world = await emulator.reset({ world: 'adopted', record: 'a' });
  sides = await BothSides.make(clients, world);
});
afterAll(() => emulator.stop());

/** Twenty clients that open a connection for each request, and remember for as long as the record says: a minute. */
const ASKING: Clientele = {
  clients: 20,
  keeping: 0,
  rate: 100,
  ttls: {},
};
/** The same, in a time in which a minute is half a second. */
const QUICK: Clientele = {
  ...ASKING,
  ttls: { 60: 0.5 },
};
/** Clients that keep a connection for as long as they may. */
const KEEPING: Clientele = {
  ...QUICK,
  keeping: 20,
  keep_s: 3600,
};
/** More requests than the clients send while a minute passes in their time. */
const OF_A_TTL = 70;

/** All of them in the VPC, where what a private zone says counts. */
const INSIDE: Clientele = {
  ...QUICK,
  clients: 0,
  inside: 20,
};

/** What they see of so many more requests. */
async function watch(requests: number): Promise<Testimony['served'] & { lost: number }> {
  const before = await witness.read();
  const after = await until(`${requests} requests`, async () => {
    const seen = await witness.read();
    return seen.asked >= before.asked + requests && seen;
  });
  return {
    host: after.served.host - before.served.host,
    ecs: after.served.ecs - before.served.ecs,
    lost: countLost(after) - countLost(before),
  };
}

function countLost({ lost }: Testimony): number {
  return Object.values(lost).reduce((sum, { count }) => sum + count, 0);
}

/** Who is connected to the host, as a migration asks it. */
async function listPeers(): Promise<unknown[]> {
  const { instanceIds, composeDirectory } = await emulator.world();
  const activities = createActivities({
    clients: createDeps('ap-northeast-2'),
    environment: {},
  });
  return activities.listConnections({
    instanceId: instanceIds[0]!,
    composeDirectory,
    recordPorts: [443],
  });
}

const ofHost = { ecs: 0, lost: 0 };
const ofEcs = { host: 0, lost: 0 };

test('an answer is remembered for its TTL and no longer, once Route 53 is INSYNC', async () => {
  await witness.start(ASKING);
  expect(await watch(100)).toMatchObject(ofHost);
  await sides.weigh(100);
  expect(await watch(100)).toMatchObject(ofHost);

  await witness.start(QUICK);
  expect(await watch(100)).toMatchObject(ofEcs);
  await sides.weigh(0);
  await watch(OF_A_TTL);
  expect(await watch(100)).toMatchObject(ofHost);
});

test('while a change is PENDING some servers have it and others do not', async () => {
  await emulator.post('/settings', { route53_insync_s: 3600 });
  await witness.start({ ...ASKING, ttls: { 60: 0 } });
  await sides.begin(100);
  const { host, ecs } = await watch(200);
  expect([host > 0, ecs > 0]).toEqual([true, true]);
});

test('a connection that is kept outlasts a change of weights, and the host shows it', async () => {
  await witness.start(KEEPING);
  await watch(100);
  await sides.weigh(100);
  await watch(OF_A_TTL);
  expect(await watch(100)).toMatchObject(ofHost);
  const { connections } = await witness.read();
  expect(connections).toHaveLength(20);
  expect(await listPeers()).toHaveLength(20);
});

test('a connection to the balancer goes on whatever the names say, and loses its requests when ECS stops', async () => {
  await sides.weigh(100);
  await witness.start({
    ...QUICK,
    reusing: 20,
    keep_s: 3600,
  });
  await watch(100);
  await sides.weigh(0);
  await watch(OF_A_TTL);
  expect(await watch(100)).toMatchObject(ofEcs);
  await sides.stopService();
  const { failures } = await until('a loss', async () => {
    const seen = await witness.read();
    return countLost(seen) > 0 && seen;
  });
  expect(failures[0]!.why).toBe('lgtm-grafana-tg has no healthy target');
});

test('requests to a task that has ended are lost, and each says when, whose, where and why', async () => {
  await sides.weigh(100);
  await witness.start(QUICK);
  await watch(100);
  await emulator.post('/ecs/break', { service: 'grafana', how: 'exit' });
  const { failures, lost } = await until('a loss', async () => {
    const seen = await witness.read();
    return countLost(seen) > 0 && seen;
  });
  expect(failures[0]).toMatchObject({
    at: lost.ecs!.first,
    client: expect.stringMatching(/^client \d+$/) as string,
    name: 'grafana.example.com',
    side: 'ecs',
    why: expect.stringMatching(/^lgtm-grafana-tg has no healthy target$/) as string,
  });
});

test('a target that is deregistered keeps its connections until the delay is over, and takes no new one', async () => {
  await emulator.post('/settings', { deregistration_s: 3 });
  await sides.weigh(100);
  await witness.start(KEEPING);
  await watch(100);
  await sides.weigh(0);
  await sides.stopService();
  await watch(OF_A_TTL);
  expect(await watch(50)).toMatchObject(ofEcs);
  await until('the end of the delay', async () => (await witness.read()).served.host > 0);
  expect(await watch(100)).toMatchObject(ofHost);
  expect((await witness.read()).lost).toEqual({});
});

test('ECS that stops when resolvers have forgotten it loses nothing', async () => {
  await sides.weigh(100);
  await witness.start(QUICK);
  await watch(100);
  await sides.weigh(0);
  await watch(OF_A_TTL);
  await sides.stopService();
  expect(await watch(200)).toMatchObject(ofHost);
});

test.each<[string, (id: string) => Promise<unknown>]>([
  ['before Route 53 is INSYNC', () => Promise.resolve()],
  ['before the TTL is over', (id) => sides.untilInSync(id)],
])('ECS that stops %s loses requests', async (_, wait) => {
  await emulator.post('/settings', { deregistration_s: 0 });
  await sides.weigh(100);
  await witness.start({ ...QUICK, ttls: { 60: 2 } });
  await watch(100);
  await wait(await sides.begin(0));
  await sides.stopService();
  await watch(200);
  const { lost } = await witness.read();
  expect(Object.keys(lost)).toEqual(['ecs']);
});

test('names that lead to a host which does not answer lose requests', async () => {
  await sides.weigh(100);
  await witness.start(QUICK);
  await watch(100);
  const { instanceIds: InstanceIds } = await emulator.world();
  await clients.ec2.send(new StopInstancesCommand({ InstanceIds }));
  await sides.weigh(0);
  await watch(OF_A_TTL);
  const { lost, failures } = await witness.read();
  expect(Object.keys(lost)).toEqual(['host']);
  expect(failures[0]!.why).toMatch(/^i-\w+ is stop/);
});

test('clients in the VPC go where its private zone says, and nowhere where that lacks the name', async () => {
  const { hostedZoneId, vpcId, records } = await emulator.world();
  const made = await clients.route53.send(
    new CreateHostedZoneCommand({
      Name: 'example.com',
      CallerReference: 'inside',
      HostedZoneConfig: { PrivateZone: true },
      VPC: {
        VPCRegion: 'ap-northeast-2',
        VPCId: vpcId,
      },
    }),
  );
  expect(made.HostedZone!.Id).not.toContain(hostedZoneId);
  await witness.start(INSIDE);
  expect(await watch(20)).toMatchObject({
    host: 0,
    ecs: 0,
  });
  const { failures } = await witness.stop();
  expect(failures[0]).toMatchObject({
    side: 'nowhere',
    why: `${records[0]} has no address`,
  });

  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({}));
  const address = Reservations![0]!.Instances![0]!.PrivateIpAddress!;
  const ResourceRecordSet: ResourceRecordSet = {
    Name: records[0]!,
    Type: 'A',
    TTL: 60,
    ResourceRecords: [{ Value: address }],
  };
  await clients.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: made.HostedZone!.Id,
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
    }),
  );
  await witness.start(INSIDE);
  await until('the private address', async () => (await watch(20)).host === 20);
  expect((await witness.stop()).served.ecs).toBe(0);
});
