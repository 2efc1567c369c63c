import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type ResourceRecordSet,
  type RRType,
} from '@aws-sdk/client-route-53';
import { labPlan } from '../../../lab/plan';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import { setIdentifiersOf } from '../../../src/activities/aws/record-pair';
import { judgeDelegation } from '../../../src/activities/preflight/zones';
import type { SavedRecord } from '../../../src/contract/records';
import { parsePlan } from '../../../src/plan/loader';
import { ByHand } from './by-hand';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

const [DOMAIN, NAME, HOST] = ['example.com', 'grafana.example.com', 'ec2-instance.example.com'];

/** Flags of an answer that there is no such name. Source: RFC 1035, 4.1.1 */
const NXDOMAIN = 0x8183;

let world: PreflightWorld;
let route53: Route53Client;

beforeAll(async () => {
  world = await startWorld('adopted');
  route53 = new Route53Client(world.config);
});
beforeEach(async () => {
  await world.renew('a');
});
afterAll(() => world.emulator.stop());

/** @returns its id */
async function makeZone(Name: string, vpcId?: string): Promise<string> {
  const inside = {
    HostedZoneConfig: { PrivateZone: true },
    VPC: {
      VPCRegion: 'ap-northeast-2' as const,
      VPCId: vpcId,
    },
  };
  const command = new CreateHostedZoneCommand({
    Name,
    CallerReference: Name,
    ...(vpcId !== undefined && inside),
  });
  const { HostedZone } = await route53.send(command);
  return HostedZone!.Id!.replace('/hostedzone/', '');
}

async function add(HostedZoneId: string, Name: string, Type: RRType, Value: string): Promise<void> {
  const set: ResourceRecordSet = {
    Name,
    Type,
    TTL: 300,
    ResourceRecords: [{ Value }],
  };
  await change(HostedZoneId, 'CREATE', set);
}

async function change(
  HostedZoneId: string,
  Action: 'CREATE' | 'DELETE',
  ResourceRecordSet: ResourceRecordSet,
): Promise<void> {
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
}

/** One that has no name, as in a network that nobody leaves. */
async function startResolver() {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const answer = Buffer.from(message);
    answer.writeUInt16BE(NXDOMAIN, 2);
    socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () => socket.close(),
  };
}

const listZoneFindings = async (keys?: Record<string, unknown>) => {
  const findings = ofCheck(await world.preflight(keys), 'zone');
  return findings.map(({ level, message }) => `${level}: ${message}`);
};

/** The name in the plan's zone and in another. */
const inBoth = (zone: string, name = NAME) => ({
  records: [
    { name: NAME, service: 'grafana' },
    { name, zone, service: 'grafana' },
  ],
});

async function saveRecords(keys: Record<string, unknown>): Promise<SavedRecord[]> {
  const text = JSON.stringify({ ...labPlan(world.emulator.account), ...keys });
  const activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  });
  const { records } = await activities.runPreflight({
    plan: parsePlan(text, 'lab'),
    owner: {
      migration: 'lgtm-migrate-lgtm-prd',
      run: 'test',
    },
  });
  return records;
}

test('a zone that public DNS asks passes, one of the same name that nobody delegates to fails', async () => {
  const { hostedZoneId } = world.emulator.account;
  expect(await listZoneFindings()).toEqual([`pass: public DNS asks ${hostedZoneId} for ${DOMAIN}`]);
  const other = await makeZone(DOMAIN);
  await add(other, NAME, 'A', world.emulator.account.eip);
  expect(await listZoneFindings({ hostedZone: other })).toEqual([
    expect.stringMatching(
      `^fail: ${other} answers nobody: public DNS does not ask its name servers for ${DOMAIN}, it asks ns-`,
    ),
  ]);
  await world.emulator.post('/delegations', {
    name: DOMAIN,
    zone: null,
  });
  expect(await listZoneFindings()).toEqual([expect.stringMatching(`${DOMAIN}, nobody delegates ${DOMAIN}$`)]);
});

const PUBLIC = {
  id: 'Z1',
  name: DOMAIN,
  isPrivate: false,
  vpcs: [],
  servers: ['ns-1.awsdns-00.com', 'ns-513.awsdns-00.net'],
};

test.each([
  ['nobody could be asked', { unknown: 'queryNs ETIMEOUT example.com' }, /^whether .* is not known: queryNs ETIMEOUT/],
  ['a private zone answered', { values: ['ns-0.awsdns-00.com'] }, /not known: the worker may ask inside a VPC/],
  ['nobody answers, maybe inside a VPC', { values: [] }, /not known: the worker may ask inside a VPC/],
  ['another provider serves it too', { values: ['NS-1.awsdns-00.com.', 'ns.else.net'] }, /asks ns\.else\.net .* too/],
])('where %s, that is told and stops nothing', (_what, answer, message) => {
  const { level, message: found } = judgeDelegation(PUBLIC, answer, { own: [], isPublic: false });
  expect(level).toBe('warn');
  expect(found).toMatch(message);
});

test('servers that have names of the team’s in the zone itself are the zone’s', () => {
  const answer = { values: ['ns1.example.com', 'ns2.example.com'] };
  const judge = (own: string[]) => judgeDelegation(PUBLIC, answer, { own, isPublic: true }).level;
  expect([judge(answer.values), judge([])]).toEqual(['pass', 'fail']);
});

test('a resolver that knows no public names at all tells nothing of a zone', async () => {
  const nobody = await startResolver();
  const before = process.env['PUBLIC_RESOLVER'];
  process.env['PUBLIC_RESOLVER'] = nobody.address;
  try {
    expect(await listZoneFindings()).toEqual([
      expect.stringMatching(
        /^warn: whether public DNS asks Z\w+ for example\.com is not known: .* not even amazonaws\.com$/,
      ),
    ]);
  } finally {
    process.env['PUBLIC_RESOLVER'] = before;
    nobody.stop();
  }
});

test('what a zone has given away by NS records is asked elsewhere', async () => {
  const { hostedZoneId, eip } = world.emulator.account;
  const name = `grafana.mon.${DOMAIN}`;
  await add(hostedZoneId, name, 'A', eip);
  await add(hostedZoneId, `mon.${DOMAIN}`, 'NS', 'ns-1.else.net');
  const keys = { records: [{ name, service: 'grafana' }] };
  expect(await listZoneFindings(keys)).toContain(
    `fail: ${hostedZoneId} gives mon.${DOMAIN} away to ns-1.else.net: its own record of ${name} is asked by nobody`,
  );
});

test('a name of a public and of a private zone is two records, each saved with its zone', async () => {
  const { vpcId, hostedZoneId } = world.emulator.account;
  const zone = await makeZone(DOMAIN, vpcId);
  await add(zone, NAME, 'CNAME', HOST);
  const { eip } = world.emulator.account;
  await add(zone, HOST, 'A', eip);
  const keys = inBoth(zone);
  expect(failures(await world.preflight(keys))).toEqual([]);
  // its own record moves too: nothing is hidden
  expect(await listZoneFindings(keys)).toEqual([`pass: public DNS asks ${hostedZoneId} for ${DOMAIN}`]);
  const records = await saveRecords(keys);
  expect(records).toMatchObject([
    {
      name: NAME,
      original: { type: 'A' },
    },
    {
      name: NAME,
      zone,
      isPrivate: true,
      original: { type: 'CNAME' },
      target: {
        name: HOST,
        values: [eip],
      },
    },
  ]);
  expect(records[0]).not.toHaveProperty('zone');
});

test('a private zone that is not asked in the VPC of the tasks, and a zone that is not there, fail', async () => {
  const elsewhere = await makeZone(DOMAIN, (await new ByHand(world.config).makeVpc()).vpcId);
  await add(elsewhere, NAME, 'A', world.emulator.account.eip);
  const { vpcId } = world.emulator.account;
  expect(await listZoneFindings(inBoth(elsewhere))).toContain(
    `fail: the private zone ${elsewhere} of ${DOMAIN} is not asked in ${vpcId}: what it answers there can't be seen`,
  );
  expect(await listZoneFindings(inBoth('Z0NOWHERE'))).toContain(
    `fail: there is no hosted zone Z0NOWHERE, that ${NAME} would be in`,
  );
});

test('a name can only be in a zone that it lies in', async () => {
  const other = await makeZone('other.example.com', world.emulator.account.vpcId);
  expect(failures(await world.preflight(inBoth(other)))).toEqual([
    `${NAME} can't be in ${other}, which is the hosted zone of other.example.com`,
  ]);
});

const BESIDE: [string, RRType, string, string[]][] = [
  ['HTTPS with an address', 'HTTPS', '1 . alpn=h2 ipv4hint=192.0.2.1', ['ipv4hint=192.0.2.1']],
  ['HTTPS with an address of IPv6', 'HTTPS', '1 . ipv6hint=2001:db8::1', ['ipv6hint=2001:db8::1']],
  ['HTTPS that is an alias', 'HTTPS', '0 cdn.example.net.', ['cdn.example.net.']],
  ['SVCB with another port', 'SVCB', '1 . port=8443', ['port=8443']],
  ['HTTPS that only says what it speaks', 'HTTPS', '1 . alpn=h2', []],
  ['HTTPS that names itself', 'HTTPS', `1 ${NAME}. alpn=h2 port=443`, []],
];

test.each(BESIDE)('beside the record %s is found where it leads past the weights', async (_what, type, value, led) => {
  const { hostedZoneId } = world.emulator.account;
  await add(hostedZoneId, NAME, type, value);
  const sentences = led.map(
    (where) => `${NAME} has a record of type ${type} too, by which browsers go to ${where} whatever the weights are`,
  );
  expect(failures(await world.preflight())).toEqual(sentences);
});

/** The name's one record as another one. */
async function remakeRecord(more: Partial<ResourceRecordSet>): Promise<void> {
  const { hostedZoneId, eip } = world.emulator.account;
  const simple: ResourceRecordSet = {
    Name: NAME,
    Type: 'A',
    TTL: 300,
    ResourceRecords: [{ Value: eip }],
  };
  await change(hostedZoneId, 'DELETE', simple);
  await change(hostedZoneId, 'CREATE', { ...simple, ...more });
}

test('beside a pair that an earlier run has left it is found too', async () => {
  await remakeRecord({ SetIdentifier: setIdentifiersOf('lgtm-prd').host, Weight: 100 });
  await add(world.emulator.account.hostedZoneId, NAME, 'HTTPS', '1 . ipv4hint=192.0.2.1');
  expect(failures(await world.preflight())).toEqual([
    `${NAME} is a pair of an earlier run of this stack, with 0 % on ECS`,
    `${NAME} has a record of type HTTPS too, by which browsers go to ipv4hint=192.0.2.1 whatever the weights are`,
  ]);
});

test.each([
  ['multivalue', { MultiValueAnswer: true }],
  ['geolocation', { GeoLocation: { CountryCode: '*' } }],
  ['latency', { Region: 'ap-northeast-2' as const }],
])('a record of the policy %s is none that a weighted one can stand beside', async (policy, more) => {
  const { eip } = world.emulator.account;
  await remakeRecord({ ...more, SetIdentifier: 'one' });
  const [finding] = ofCheck(await world.preflight(), 'record');
  expect(finding).toMatchObject({
    level: 'fail',
    message: `${NAME} is not one simple record: A ${eip} TTL 300 (${policy})`,
    fix: expect.stringContaining('Route 53 takes no weighted pair beside it') as string,
  });
});

test('an AAAA record, that no weight is for, is named with what to do', async () => {
  await add(world.emulator.account.hostedZoneId, NAME, 'AAAA', '2001:db8::1');
  const [finding] = ofCheck(await world.preflight(), 'record');
  expect(finding).toMatchObject({
    level: 'fail',
    fix: 'remove the AAAA record: the load balancer has none, and whoever asks for it gets no weight',
  });
});
