import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { PairRequest } from '../../../src/contract/records';
import { startEmulator, type Emulator } from '../emulator';

const NAME = 'grafana.example.com';
const HOST = 'ec2-instance.example.com';
const BALANCER = { dnsName: 'lgtm-alb-1.ap-northeast-2.elb.amazonaws.com', hostedZoneId: 'ZWKZPGTI48KDX' };
let emulator: Emulator;
let activities: Activities;
let request: PairRequest;
let before: ResourceRecordSet[];

const route53 = () => new Route53Client({ region: 'us-east-1', endpoint: emulator.aws });
async function records(): Promise<ResourceRecordSet[]> {
  const { ResourceRecordSets = [] } = await route53().send(
    new ListResourceRecordSetsCommand({ HostedZoneId: request.hostedZone }),
  );
  return ResourceRecordSets.filter(({ Type }) => Type === 'A' || Type === 'CNAME');
}
/** A colleague at the console. */
const edit = (Changes: Change[]) =>
  route53().send(new ChangeResourceRecordSetsCommand({ HostedZoneId: request.hostedZone, ChangeBatch: { Changes } }));
const ofName = async () => (await records()).filter(({ Name }) => Name === `${NAME}.`);
const weights = async () =>
  Object.fromEntries((await ofName()).map(({ SetIdentifier, Weight }) => [SetIdentifier!.split(':').at(-1), Weight]));

beforeEach(async () => {
  emulator = await startEmulator();
  activities = createActivities({ clients: createClients('ap-northeast-2'), environment: {} });
  request = { hostedZone: emulator.world.hostedZoneId, ttl: 60, name: 'lgtm-prd', loadBalancer: BALANCER, records: [] };
  before = await records();
  const address = before.find(({ Name }) => Name === `${HOST}.`)!.ResourceRecords!.map(({ Value }) => Value!);
  request.records = [
    {
      name: NAME,
      original: { name: NAME, type: 'CNAME', ttl: 300, values: [HOST] },
      target: { name: HOST, type: 'A', ttl: 300, values: address },
    },
  ];
});
afterEach(() => emulator.stop());

async function lose(kind: '500-after' | 'drop-after'): Promise<void> {
  await emulator.call('POST', '/rules', { service: 'route53', action: 'ChangeResourceRecordSets', kind, times: 1 });
}

test.each(['500-after', 'drop-after'] as const)(
  'a change whose reply is lost (%s) is found done, and its INSYNC can still be waited for',
  async (kind) => {
    await lose(kind);
    expect(await activities.lowerTtl(request)).toEqual({ changeId: expect.any(String) as string, waitSeconds: 300 });
    await lose(kind);
    // this batch deletes the CNAME: AWS refuses its repetition as a whole
    expect(await activities.createPair(request)).toEqual({ changeId: expect.any(String) as string });
    expect(await weights()).toEqual({ host: 100, ecs: 0 });
    await lose(kind);
    expect(await activities.setWeight({ ...request, from: 0, to: 50 })).toEqual({
      changeId: expect.any(String) as string,
    });
    expect(await activities.setWeight({ ...request, from: 0, to: 50 })).toEqual({
      changeId: expect.any(String) as string,
    });
    await lose(kind);
    expect(await activities.restoreTraffic(request)).toEqual({ changeId: expect.any(String) as string });
    expect(await activities.restoreTraffic(request)).toEqual({ changeId: expect.any(String) as string });
    await lose(kind);
    await activities.restoreRecords(request);
    expect(await records()).toEqual(before);
  },
);

test('traffic goes nowhere before the pair is made, so nothing is changed on the way back', async () => {
  expect(await activities.restoreTraffic(request)).toEqual({});
  expect(await activities.restoreRecords(request)).toEqual({});
  expect(await records()).toEqual(before);
});

test('a name that a colleague pointed to the load balancer itself is not overwritten: the way back stops there and says why', async () => {
  await activities.createPair(request);
  const pair = await ofName();
  const alias = { HostedZoneId: BALANCER.hostedZoneId, DNSName: BALANCER.dnsName, EvaluateTargetHealth: true };
  await edit([
    ...pair.map((set): Change => ({ Action: 'DELETE', ResourceRecordSet: set })),
    {
      Action: 'CREATE',
      ResourceRecordSet: { Name: NAME, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: alias.DNSName }] },
    },
  ]);
  await expect(activities.restoreTraffic(request)).rejects.toMatchObject({
    type: 'RecordEdited',
    nonRetryable: true,
    message: expect.stringMatching(
      /grafana\.example\.com was edited .* which leads to ECS; it was CNAME ec2-instance.* point it to the host, then retry/,
    ) as string,
  });
  expect(await ofName()).toMatchObject([{ Type: 'CNAME', ResourceRecords: [{ Value: BALANCER.dnsName }] }]);
});

test('what a colleague edited stays and is named, and everything else becomes what it was', async () => {
  await activities.lowerTtl(request);
  await activities.createPair(request);
  const theirs = { Name: `${HOST}.`, Type: 'A' as const, TTL: 30, ResourceRecords: [{ Value: '203.0.113.9' }] };
  await edit([{ Action: 'UPSERT', ResourceRecordSet: theirs }]);
  await expect(activities.restoreRecords(request)).rejects.toMatchObject({
    message: expect.stringMatching(
      /ec2-instance\.example\.com was edited by someone else: found A 203\.0\.113\.9 TTL 30; it was A .* TTL 300 before the migration; put that back by hand/,
    ) as string,
  });
  expect(await ofName()).toEqual(before.filter(({ Name }) => Name === `${NAME}.`));
  expect((await records()).find(({ Name }) => Name === `${HOST}.`)).toMatchObject(theirs);
});
