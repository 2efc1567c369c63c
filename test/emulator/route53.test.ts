import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { startEmulator, type OwnEmulator } from '../activities/emulator';

const [NAME, HOST] = ['grafana.example.com', 'ec2-instance.example.com'];
let emulator: OwnEmulator;
let route53: Route53Client;

beforeAll(async () => {
  emulator = await startEmulator();
  route53 = new Route53Client({
    region: 'us-east-1',
    endpoint: emulator.url,
    maxAttempts: 1,
  });
});
afterAll(() => emulator.stop());

const change = (...Changes: Change[]) =>
  route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: emulator.account.hostedZoneId,
      ChangeBatch: { Changes },
    }),
  );
const refused = (...Changes: Change[]) =>
  change(...Changes).then(
    () => 'taken',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const a = (Name: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
  ...more,
});
const weighted = (id: string, Weight: number, more: Partial<ResourceRecordSet> = {}) =>
  a('w.example.com', {
    SetIdentifier: id,
    Weight,
    ...more,
  });
const create = (ResourceRecordSet: ResourceRecordSet): Change => ({
  Action: 'CREATE',
  ResourceRecordSet,
});
const answers = (name: string) =>
  emulator.get(`/resolve?name=${name}`) as Promise<
    {
      share: number;
      setIdentifier: string | null;
      value: string;
    }[]
  >;

test.each<[string, Change[], RegExp]>([
  ['an A record beside a CNAME of its name', [create(a(NAME))], /RRSet of type CNAME .* conflicts with other records/],
  [
    'a weighted record beside a simple one',
    [
      create(a('s.example.com')),
      create(
        a('s.example.com', {
          SetIdentifier: 'x',
          Weight: 1,
        }),
      ),
    ],
    /non-weighted set exists/,
  ],
  [
    'two TTLs in a set',
    [create(weighted('x', 1)), create(weighted('y', 1, { TTL: 300 }))],
    /TTLs \[60, 300\] that differ/,
  ],
  [
    'a weight above 255',
    [create(weighted('x', 256))],
    /between 0 and 255|Member must have value less than or equal to 255|Invalid weight/,
  ],
  [
    'an alias to a name that is not there',
    [
      create(
        a('l.example.com', {
          TTL: undefined,
          ResourceRecords: undefined,
          AliasTarget: {
            HostedZoneId: 'Z1',
            DNSName: 'nothing.example.com',
            EvaluateTargetHealth: false,
          },
        }),
      ),
    ],
    /alias target|does not exist|zone/,
  ],
  [
    'a DELETE with another value',
    [
      {
        Action: 'DELETE',
        ResourceRecordSet: a(HOST),
      },
    ],
    /values provided do not match/,
  ],
  [
    'a DELETE of what is not there',
    [
      {
        Action: 'DELETE',
        ResourceRecordSet: a('no.example.com'),
      },
    ],
    /was not found/,
  ],
  [
    'a CREATE of what is there',
    [
      create({
        Name: NAME,
        Type: 'CNAME',
        TTL: 300,
        ResourceRecords: [{ Value: HOST }],
      }),
    ],
    /already exists/,
  ],
])('%s is refused as AWS refuses it', async (_, changes, message) => {
  expect(await refused(...changes)).toMatch(message);
});

test('a batch is whole or not at all, and a change is PENDING before it is INSYNC', async () => {
  expect(
    await refused(create(a('first.example.com')), {
      Action: 'DELETE',
      ResourceRecordSet: a('no.example.com'),
    }),
  ).toMatch(/^InvalidChangeBatch/);
  expect(await answers('first.example.com')).toEqual([]);
  const { ChangeInfo } = await change(create(a('first.example.com')));
  expect(ChangeInfo?.Status).toBe('PENDING');
  const status = async () => (await route53.send(new GetChangeCommand({ Id: ChangeInfo!.Id }))).ChangeInfo!.Status;
  for (const end = Date.now() + 10_000; (await status()) !== 'INSYNC';) expect(Date.now()).toBeLessThan(end);
});

test('resolvers answer by weight, by 0 when nothing else is left, and pass over an unhealthy alias', async () => {
  await change(create(weighted('x', 90)), create(weighted('y', 10, { ResourceRecords: [{ Value: '192.0.2.2' }] })));
  expect((await answers('w.example.com')).map(({ share, setIdentifier }) => [setIdentifier, share]).sort()).toEqual([
    ['x', 0.9],
    ['y', 0.1],
  ]);
  const alias = {
    HostedZoneId: 'ZWKZPGTI48KDX',
    DNSName: 'gone.elb.amazonaws.com',
    EvaluateTargetHealth: true,
  };
  await change(
    {
      Action: 'UPSERT',
      ResourceRecordSet: {
        Name: 'w.example.com',
        Type: 'A',
        SetIdentifier: 'x',
        Weight: 100,
        AliasTarget: alias,
      },
    },
    {
      Action: 'UPSERT',
      ResourceRecordSet: weighted('y', 0),
    },
  );
  expect(await answers('w.example.com')).toEqual([
    expect.objectContaining({
      setIdentifier: 'y',
      share: 1,
    }),
  ]);
});
