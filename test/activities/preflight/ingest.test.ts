import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { labPlan } from '../../../lab/plan';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Survey } from '../../../src/contract/findings';
import { parsePlan } from '../../../src/plan/loader';
import { startEmulator, type OwnEmulator } from '../emulator';

const GRAFANA = 'grafana.example.com';
const HOST = 'ec2-instance.example.com';
const RECORDS = [
  { name: GRAFANA, service: 'grafana' },
  { name: HOST, to: 'ingest' },
];

let emulator: OwnEmulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset({ world: 'ready', record: 'cname' }));
afterAll(() => emulator.stop());

async function preflight(keys: Record<string, unknown> = {}): Promise<Survey> {
  const lab = labPlan(await emulator.world());
  const plan = parsePlan(
    JSON.stringify({
      ...lab,
      records: RECORDS,
      ...keys,
    }),
    'lab',
  );
  const activities = createActivities({
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  });
  return activities.runPreflight({
    plan,
    owner: { migration: 'lgtm-migrate-lgtm-prd', run: 'test' },
  });
}

const tellAll = ({ findings }: Survey, check = 'ingest') =>
  findings.filter((finding) => finding.check === check).map(({ level, message, fix }) => [level, message, fix]);

const failuresOf = ({ findings }: Survey) =>
  findings.filter(({ level }) => level === 'fail').map(({ message }) => message);

test("senders' ports and whom the hosts let in there are known, and what AWS charges for is said", async () => {
  const survey = await preflight();
  expect(failuresOf(survey)).toEqual([]);
  expect(tellAll(survey)).toEqual([
    ['pass', expect.stringMatching(/^lgtm-ingest takes senders: 3100 → loki 3100, .*, 9009 → mimir 9009/), undefined],
  ]);
  expect(tellAll(survey, 'ingest cost')).toHaveLength(1);
  expect(survey.ingest!.sources.find(({ port }) => port === 9009)).toEqual({
    port: 9009,
    protocol: 'tcp',
    ranges: ['10.0.0.0/16'],
    groups: [],
    prefixLists: [],
  });
});

test('a range of the plan comes on top, and a security group that the hosts admit is admitted', async () => {
  const { ec2, group } = await findHostGroup();
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 9000,
    ToPort: 9100,
    UserIdGroupPairs: [{ GroupId: group }],
  };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: group,
      IpPermissions: [rule],
    }),
  );
  const { ingest } = await preflight({ ingest: { from: ['192.168.0.0/16'] } });
  const [mimir, loki] = [9009, 3100].map((port) => ingest!.sources.find((source) => source.port === port)!);
  expect([mimir!.ranges, mimir!.groups]).toEqual([['10.0.0.0/16', '192.168.0.0/16'], [group]]);
  expect(loki!.groups).toEqual([]);
});

test('whoever is admitted by public addresses alone comes to nothing internal', async () => {
  const { ec2, group } = await findHostGroup();
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] }));
  const [{ IpPermissions }] = SecurityGroups as [{ IpPermissions: IpPermission[] }];
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId: group,
      IpPermissions,
    }),
  );
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 9009,
    ToPort: 9009,
    IpRanges: [{ CidrIp: '198.51.100.7/32' }],
    Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
  };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: group,
      IpPermissions: [rule],
    }),
  );
  const barred =
    'lgtm-ingest is internal, and whoever comes to 9009 would be admitted by public addresses alone: 198.51.100.7/32';
  const survey = await preflight();
  expect(failuresOf(survey)).toContain(barred);
  expect(tellAll(survey).map(([, message]) => message)).toContain(
    "the hosts admit 2001:db8::/32, which the ingest can't",
  );
  expect(failuresOf(await preflight({ ingest: { from: ['10.0.0.0/16'] } }))).not.toContain(barred);
});

test("a user's CNAME of another user's name that moves has the host's addresses first", async () => {
  const records = [
    { name: GRAFANA, service: 'grafana' },
    { name: HOST, service: 'grafana' },
  ];
  const { records: saved } = await preflight({ records });
  const { addresses, target } = saved.find(({ name }) => name === GRAFANA)!;
  expect(addresses).toEqual(saved.find(({ name }) => name === HOST)!.original.values);
  expect(target).toBeUndefined();
});

test('names that follow a moving one and are not in the plan are a failure', async () => {
  const failed = failuresOf(
    await preflight({
      records: [
        {
          name: HOST,
          service: 'grafana',
        },
      ],
    }),
  );
  expect(failed).toEqual([
    `${GRAFANA} follows ${HOST} to the load balancer, which has no rule for such a request and answers 503`,
  ]);
});

async function findHostGroup() {
  const ec2 = new EC2Client({ region: 'ap-northeast-2', endpoint: emulator.url });
  const named = { Name: 'group-name', Values: ['lgtm-ec2'] };
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [named] }));
  return { ec2, group: SecurityGroups![0]!.GroupId! };
}

test("a user's CNAME of a name that senders move by keeps the host's addresses", async () => {
  const { eip } = await emulator.world();
  const { records } = await preflight();
  expect(records).toEqual([
    expect.objectContaining({ name: GRAFANA, addresses: [eip] }),
    expect.objectContaining({ name: HOST, to: 'ingest' }),
  ]);
  expect(records[0]).not.toHaveProperty('target');
});

test('ports of senders are not among those that stay behind', async () => {
  expect(tellAll(await preflight(), 'ports')).toEqual([
    ['warn', 'the host also publishes 3000 (grafana)', expect.any(String)],
  ]);
});

test('a port of another program, or one that no task listens on, is a failure with its way out', async () => {
  const [id] = (await emulator.world()).instanceIds;
  const { projects } = await emulator.get<{ projects: Projects }>(`/host?id=${id}`);
  const { services } = Object.values(projects)[0]!;
  services['proxy']!.ports.push(8443);
  services['tempo']!.ports.push(9411);
  await emulator.post('/host', { id, projects });
  const failed = tellAll(await preflight()).filter(([level]) => level === 'fail');
  expect(failed).toEqual([
    [
      'fail',
      expect.stringMatching(/publishes 8443\/tcp of proxy, which is none of the six: it may authenticate/),
      WAY_OUT,
    ],
    ['fail', 'the host publishes 9411/tcp of tempo, and no task of tempo listens on 9411', WAY_OUT],
  ]);
  const accepted = await preflight({ data: { accept: ['ingest/tcp-8443', 'ingest/tcp-9411'] } });
  expect(failuresOf(accepted)).toEqual([]);
  expect(accepted.ingest!.ports.map(({ port }) => port)).not.toContain(8443);
});

type Projects = Record<string, { services: Record<string, { ports: number[] }> }>;
const WAY_OUT = expect.stringContaining('ingest.ports') as string;

test('six groups of one service are a failure', async () => {
  const [id] = (await emulator.world()).instanceIds;
  const { projects } = await emulator.get<{ projects: Projects }>(`/host?id=${id}`);
  Object.values(projects)[0]!.services['alloy']!.ports.push(4327, 4328, 9090, 3101, 4041);
  await emulator.post('/host', { id, projects });
  const alloy = { extraPorts: [4327, 4328, 9090, 3101, 4041] };
  const survey = await preflight({ services: { alloy } });
  expect(failuresOf(survey)).toContain('alloy would be in 6 target groups, and ECS takes 5');
});

test('a load balancer that has the name and is none for senders is a failure', async () => {
  const { subnets } = await emulator.world();
  const elb = new ElasticLoadBalancingV2Client({
    region: 'ap-northeast-2',
    endpoint: emulator.url,
  });
  const own = {
    Name: 'lgtm-ingest',
    Subnets: [subnets['private-a']!, subnets['private-c']!],
  };
  await elb.send(
    new CreateLoadBalancerCommand({
      ...own,
      Type: 'network',
      Scheme: 'internal',
    }),
  );
  expect(failuresOf(await preflight())).toContain(
    'load balancer lgtm-ingest was made without a security group, and can have none any more',
  );
});

test('where no name leads senders there, it is said', async () => {
  const survey = await preflight({ records: [RECORDS[0]], ingest: {} });
  expect(tellAll(survey)).toContainEqual(['warn', 'no name leads senders to lgtm-ingest', expect.any(String)]);
});
