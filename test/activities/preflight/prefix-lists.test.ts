import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateRouteCommand,
  CreateTransitGatewayCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { createClients } from '../../../src/activities/clients';
import { lookAtNetwork } from '../../../src/activities/preflight/network';
import { locate, readReach } from '../../../src/activities/preflight/reach';
import { parsePlan } from '../../../src/plan/loader';
import { labPlan } from '../../../lab/plan';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

const RECORDS = [
  {
    name: 'grafana.example.com',
    service: 'grafana',
  },
  {
    name: 'ec2-instance.example.com',
    to: 'ingest',
  },
];

let world: PreflightWorld;
let ec2: EC2Client;

beforeEach(async () => {
  world = await startWorld('ready');
  ec2 = new EC2Client(world.config);
});
afterEach(() => world.emulator.stop());

/** @returns the id of a list */
async function makeList(MaxEntries: number, ...ranges: string[]): Promise<string> {
  const command = new CreateManagedPrefixListCommand({
    PrefixListName: 'offices',
    AddressFamily: 'IPv4',
    MaxEntries,
    Entries: ranges.map((Cidr) => ({ Cidr })),
  });
  const { PrefixList } = await ec2.send(command);
  return PrefixList!.PrefixListId!;
}

/** Whom the hosts let in: a prefix list at each port, and nobody else. */
async function admitList(PrefixListId: string): Promise<void> {
  const named = {
    Name: 'group-name',
    Values: ['lgtm-ec2'],
  };
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [named] }));
  const [{ GroupId, IpPermissions }] = SecurityGroups as [(typeof SecurityGroups & object)[number]];
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions,
    }),
  );
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 1024,
    ToPort: 65_535,
    PrefixListIds: [{ PrefixListId }],
  };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [rule],
    }),
  );
}

test('who comes by a route for a prefix list is inside', async () => {
  const { TransitGateway } = await ec2.send(new CreateTransitGatewayCommand({}));
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
  const DestinationPrefixListId = await makeList(5, '10.77.0.0/16');
  for (const { RouteTableId } of RouteTables!) {
    const { TransitGatewayId } = TransitGateway!;
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId,
        DestinationPrefixListId,
        TransitGatewayId,
      }),
    );
  }
  const deps = {
    clients: createClients('ap-northeast-2'),
    environment: process.env,
  };
  const { network } = await lookAtNetwork(deps, parsePlan(JSON.stringify(labPlan(world.emulator.account)), 'lab'));
  const reach = await readReach(deps, network, ['10.77.3.4']);
  expect(locate('10.77.3.4', reach)).toEqual({ isInside: true });
  expect(locate('10.78.3.4', reach)).toEqual({ isInside: false });
});

test('a prefix list of public addresses alone lets nobody come to what is internal', async () => {
  await admitList(await makeList(2, '198.51.100.0/24', '203.0.113.0/24'));
  const failed = failures(await world.preflight({ records: RECORDS }));
  expect(failed).toContainEqual(
    expect.stringMatching(/would be admitted by public addresses alone: 198\.51\.100\.0\/24, 203\.0\.113\.0\/24$/),
  );
});

test('a prefix list counts as so many rules as it may have ranges, and too many are told', async () => {
  await admitList(await makeList(20, '192.168.0.0/16'));
  const findings = ofCheck(await world.preflight({ records: RECORDS }), 'ingest');
  const [rules] = findings.flatMap(
    ({ message }) => /^lgtm-ingest-sg would have (\d+) rules, and AWS takes 60/.exec(message)?.[1] ?? [],
  );
  expect(Number(rules) % 20).toBe(0);
  expect(failures(findings)).toEqual([]);
});
