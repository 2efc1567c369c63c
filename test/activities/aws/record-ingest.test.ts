import { ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import type { PairRequest, SavedRecord } from '../../../src/contract/records';
import { startEmulator, type OwnEmulator } from '../emulator';

const GRAFANA = 'grafana.example.com';
const HOST = 'ec2-instance.example.com';
const USERS = {
  dnsName: 'lgtm-alb-1.ap-northeast-2.elb.amazonaws.com',
  hostedZoneId: 'ZALB',
};
const SENDERS = {
  dnsName: 'lgtm-ingest-1.elb.ap-northeast-2.amazonaws.com',
  hostedZoneId: 'ZNLB',
};

let emulator: OwnEmulator;
let activities: Activities;
let request: PairRequest;
let leaving: SavedRecord;
let ofSenders: SavedRecord;
let before: string[];

beforeAll(async () => {
  emulator = await startEmulator();
  activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: {},
  });
});
beforeEach(async () => {
  const { hostedZoneId, eip } = await emulator.reset({ world: 'ready', record: 'cname' });
  leaving = {
    name: GRAFANA,
    original: {
      name: GRAFANA,
      type: 'CNAME',
      ttl: 300,
      values: [HOST],
    },
    addresses: [eip],
  };
  ofSenders = {
    name: HOST,
    to: 'ingest',
    original: {
      name: HOST,
      type: 'A',
      ttl: 300,
      values: [eip],
    },
  };
  request = {
    hostedZone: hostedZoneId,
    ttl: 60,
    name: 'lgtm-prd',
    loadBalancer: USERS,
    ingest: SENDERS,
    records: [leaving, ofSenders],
  };
  before = await listRecords();
});
afterAll(() => emulator.stop());

/** `name type weight target`, a target's health marked where it is evaluated. */
async function listRecords(): Promise<string[]> {
  const route53 = new Route53Client({ region: 'us-east-1', endpoint: emulator.url });
  const { hostedZoneId, eip } = await emulator.world();
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId }),
  );
  const leading = ResourceRecordSets.filter(({ Type }) => Type === 'A' || Type === 'CNAME');
  return leading.map(({ Name, Type, TTL, Weight, ResourceRecords, AliasTarget }) => {
    const to = AliasTarget?.DNSName ?? ResourceRecords![0]!.Value!.replace(eip, 'the host');
    const health = AliasTarget?.EvaluateTargetHealth ? 'evaluated' : undefined;
    return [Name, Type, Weight ?? `TTL ${TTL}`, to, health].filter((word) => word !== undefined).join(' ');
  });
}

/** As the shift does it: users leave the sender's name first. */
async function pairAll(): Promise<void> {
  await activities.lowerTtl(request);
  await activities.createPair({ ...request, records: [leaving] });
  await activities.createPair({ ...request, records: [ofSenders] });
}

test("users' side leads to the load balancer, senders' to the ingest, whose health is not asked", async () => {
  await pairAll();
  await activities.setWeight({
    ...request,
    from: 0,
    to: 10,
  });
  expect(await listRecords()).toEqual([
    `${HOST}. A 10 ${SENDERS.dnsName}`,
    `${HOST}. A 90 the host`,
    `${GRAFANA}. A 10 ${USERS.dnsName} evaluated`,
    `${GRAFANA}. A 90 the host`,
  ]);
});

test("after the first batch nobody follows a CNAME any more, and the sender's name is as it was", async () => {
  await activities.lowerTtl(request);
  await activities.createPair({ ...request, records: [leaving] });
  expect(await listRecords()).toEqual([
    `${HOST}. A TTL 60 the host`,
    `${GRAFANA}. A 0 ${USERS.dnsName} evaluated`,
    `${GRAFANA}. A 100 the host`,
  ]);
});

test('the way back has all at the host, and then each record as it was, the CNAME too', async () => {
  await pairAll();
  await activities.setWeight({
    ...request,
    from: 0,
    to: 100,
  });
  await activities.foldPair(request);
  expect(await listRecords()).toHaveLength(2);
  await activities.restoreTraffic(request);
  const weights = (await listRecords()).map((record) => record.split(' ').slice(2, 3).join());
  expect(weights).toEqual(['0', '100', '0', '100']);
  await activities.restoreRecords(request);
  expect(await listRecords()).toEqual(before);
});

test('a way back between both batches finds one name moved and one not', async () => {
  await activities.lowerTtl(request);
  await activities.createPair({ ...request, records: [leaving] });
  await activities.restoreTraffic(request);
  await activities.restoreRecords(request);
  expect(await listRecords()).toEqual(before);
});
