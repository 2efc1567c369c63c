import { Resolver } from 'node:dns/promises';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetHostedZoneCommand,
  TestDNSAnswerCommand,
  type CreateHostedZoneCommandInput,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import {
  CreatePrivateDnsNamespaceCommand,
  GetOperationCommand,
  ListNamespacesCommand,
} from '@aws-sdk/client-servicediscovery';
import { until } from '../../lab/until';
import { startEmulator, type OwnEmulator } from '../activities/emulator';
import { createClients, type Clients } from './clients';

const [DOMAIN, NAME, INSIDE] = ['example.com', 'grafana.example.com', '10.0.2.9'];
let emulator: OwnEmulator;
let clients: Clients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = createClients(emulator.url);
});
beforeEach(async () => {
  await emulator.reset({ record: 'a' });
});
afterAll(() => emulator.stop());

const vpc = async () => (await emulator.world()).vpcId;

/** @returns its id */
async function makeZone(Name: string, more: Partial<CreateHostedZoneCommandInput> = {}): Promise<string> {
  const command = new CreateHostedZoneCommand({
    Name,
    CallerReference: `${Name} ${JSON.stringify(more)}`,
    ...more,
  });
  const { HostedZone } = await clients.route53.send(command);
  return HostedZone!.Id!.replace('/hostedzone/', '');
}

const makePrivateZone = async (name: string) =>
  makeZone(name, {
    HostedZoneConfig: { PrivateZone: true },
    VPC: {
      VPCRegion: 'ap-northeast-2',
      VPCId: await vpc(),
    },
  });

async function add(HostedZoneId: string, ...sets: ResourceRecordSet[]): Promise<void> {
  const Changes = sets.map((ResourceRecordSet) => ({
    Action: 'CREATE' as const,
    ResourceRecordSet,
  }));
  await clients.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: { Changes },
    }),
  );
}

const record = (Name: string, Type: 'A' | 'NS', ...values: string[]): ResourceRecordSet => ({
  Name,
  Type,
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
});

async function resolve(name: string, place = ''): Promise<string[]> {
  const where = place && `&vpc=${place}`;
  const answers = await emulator.get<{ value: string }[]>(`/resolve?name=${name}${where}`);
  return answers.map(({ value }) => value);
}

async function listServers(Id: string): Promise<string[]> {
  const { DelegationSet } = await clients.route53.send(new GetHostedZoneCommand({ Id }));
  return DelegationSet!.NameServers!;
}

test('a private zone answers inside its VPC alone, and what it lacks is not there', async () => {
  const { eip } = await emulator.world();
  const zone = await makePrivateZone(DOMAIN);
  expect([await resolve(NAME), await resolve(NAME, await vpc())]).toEqual([[eip], []]);
  await add(zone, record(NAME, 'A', INSIDE));
  expect([await resolve(NAME), await resolve(NAME, await vpc())]).toEqual([[eip], [INSIDE]]);
  expect(await resolve(NAME, 'vpc-0123456789abcdef0')).toEqual([eip]);
});

test('a wildcard answers for what is not there, and for nothing below a name that is', async () => {
  const { hostedZoneId, eip } = await emulator.world();
  await add(hostedZoneId, record(`*.${DOMAIN}`, 'A', '192.0.2.1'));
  expect(await resolve(`other.${DOMAIN}`)).toEqual(['192.0.2.1']);
  expect(await resolve(NAME)).toEqual([eip]);
  expect(await resolve(`below.${NAME}`)).toEqual([]);
});

test('of private zones the one with the longest name answers, and a VPC has one of each name', async () => {
  await add(await makePrivateZone(DOMAIN), record(NAME, 'A', INSIDE));
  await makePrivateZone(NAME);
  expect(await resolve(NAME, await vpc())).toEqual([]);
  await expect(makePrivateZone(`${NAME}.`)).rejects.toThrow(/already associated/);
});

test('a zone that nobody delegates to answers nobody, whatever it is called', async () => {
  const { hostedZoneId, eip } = await emulator.world();
  const other = await makeZone(DOMAIN);
  await add(other, record(NAME, 'A', '192.0.2.1'));
  expect(await resolve(NAME)).toEqual([eip]);
  await emulator.post('/delegations', {
    name: DOMAIN,
    zone: other,
  });
  expect(await resolve(NAME)).toEqual(['192.0.2.1']);
  await emulator.post('/delegations', {
    name: DOMAIN,
    zone: null,
  });
  expect(await resolve(NAME)).toEqual([]);
  expect(await listServers(other)).not.toEqual(await listServers(hostedZoneId));
});

test('a zone gives a subdomain away by its NS record, also to name servers that do not know it', async () => {
  const { hostedZoneId } = await emulator.world();
  const sub = await makeZone(`sub.${DOMAIN}`);
  const name = `a.sub.${DOMAIN}`;
  await add(sub, record(name, 'A', '192.0.2.1'));
  expect(await resolve(name)).toEqual([]);
  await add(hostedZoneId, record(`sub.${DOMAIN}`, 'NS', ...(await listServers(sub))));
  expect(await resolve(name)).toEqual(['192.0.2.1']);
  await add(hostedZoneId, record(`gone.${DOMAIN}`, 'NS', 'ns-1.elsewhere.net'));
  expect(await resolve(`a.gone.${DOMAIN}`)).toEqual([]);
});

test('TestDNSAnswer says what a public zone answers, delegated to or not, and refuses a private one', async () => {
  const zone = await makeZone(DOMAIN);
  const ask = (HostedZoneId: string, RecordName: string) =>
    clients.route53.send(
      new TestDNSAnswerCommand({
        HostedZoneId,
        RecordName,
        RecordType: 'A',
      }),
    );
  await add(zone, record(NAME, 'A', '192.0.2.1', '192.0.2.2'));
  const answer = await until('every server has the record', async () => {
    const { RecordData, ResponseCode } = await ask(zone, NAME);
    return RecordData!.length > 0 && [ResponseCode, RecordData];
  });
  expect(answer).toEqual(['NOERROR', ['192.0.2.1', '192.0.2.2']]);
  expect(await ask(zone, `no.${DOMAIN}`)).toMatchObject({ ResponseCode: 'NXDOMAIN' });
  await expect(ask(await makePrivateZone(DOMAIN), NAME)).rejects.toMatchObject({ name: 'InvalidInput' });
});

test('public DNS answers by UDP who serves a zone, and where a name leads', async () => {
  const { hostedZoneId, eip } = await emulator.world();
  const dns = new Resolver();
  dns.setServers([emulator.dns]);
  expect((await dns.resolveNs(DOMAIN)).sort()).toEqual((await listServers(hostedZoneId)).sort());
  expect(await dns.resolve4(NAME)).toEqual([eip]);
  await expect(dns.resolveNs(NAME)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('records of a name and type have one policy', async () => {
  const { hostedZoneId } = await emulator.world();
  const several = (SetIdentifier: string, more: Partial<ResourceRecordSet>) => ({
    ...record(`s.${DOMAIN}`, 'A', '192.0.2.1'),
    SetIdentifier,
    ...more,
  });
  await add(hostedZoneId, several('one', { MultiValueAnswer: true }), several('two', { MultiValueAnswer: true }));
  await expect(add(hostedZoneId, several('three', { Weight: 1 }))).rejects.toThrow(/non-multivalue set exists/);
});

test('Cloud Map fails to make a namespace in whose place the VPC has a private zone', async () => {
  const { vpcId } = await emulator.world();
  await makePrivateZone('stack.local');
  const { OperationId } = await clients.discovery.send(
    new CreatePrivateDnsNamespaceCommand({
      Name: 'stack.local',
      Vpc: vpcId,
    }),
  );
  const status = await until('the end of the operation', async () => {
    const { Operation } = await clients.discovery.send(new GetOperationCommand({ OperationId }));
    return Operation!.Status !== 'PENDING' && Operation!.Status;
  });
  expect(status).toBe('FAIL');
  const { Namespaces } = await clients.discovery.send(new ListNamespacesCommand({}));
  expect(Namespaces).toEqual([]);
});
