import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { createActivities } from '../../../src/activities';
import { createClients } from '../../../src/activities/clients';
import type { Activities } from '../../../src/contract/activities';
import { startEmulator, type OwnEmulator } from '../emulator';

const NAME = 'lgtm-alb-sg';

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

/** Somebody else's, which lets these in at 443. @returns its rules after the run has adopted it */
async function adopt(source: IpPermission): Promise<IpPermission[]> {
  const { vpcId: VpcId } = await emulator.world();
  const wanted = {
    GroupName: NAME,
    Description: NAME,
    VpcId,
  };
  const { GroupId } = await clients.ec2.send(new CreateSecurityGroupCommand(wanted));
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    ...source,
  };
  await clients.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [rule],
    }),
  );
  await activities.ensureLoadBalancerSecurityGroup({
    owner: {
      migration: 'lgtm-migrate-lgtm-prd',
      run: 'run-1',
    },
    name: NAME,
    loadBalancer: 'lgtm-alb',
    vpcId: VpcId,
    publicAccess: true,
    inside: ['10.0.0.0/16'],
    from: [],
  });
  const { SecurityGroups } = await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId!] }));
  return SecurityGroups![0]!.IpPermissions!;
}

const rangesAt = (rules: IpPermission[], port: number) =>
  rules.flatMap(({ FromPort, IpRanges = [] }) => (FromPort === port ? IpRanges.map(({ CidrIp }) => CidrIp) : []));

test('a group that lets only some in is not opened to everybody', async () => {
  const rules = await adopt({ IpRanges: [{ CidrIp: '198.51.100.0/24' }] });
  expect(rangesAt(rules, 443)).toEqual(['198.51.100.0/24']);
});

test('nor one that lets a prefix list in, as a balancer behind CloudFront has it', async () => {
  const command = new CreateManagedPrefixListCommand({
    PrefixListName: 'edge',
    AddressFamily: 'IPv4',
    MaxEntries: 1,
    Entries: [{ Cidr: '198.51.100.0/24' }],
  });
  const { PrefixList } = await clients.ec2.send(command);
  const rules = await adopt({ PrefixListIds: [{ PrefixListId: PrefixList!.PrefixListId }] });
  expect(rangesAt(rules, 443)).toEqual([]);
});

test('at a port at which it lets nobody in, users are let in', async () => {
  const rules = await adopt({
    FromPort: 8443,
    ToPort: 8443,
    IpRanges: [{ CidrIp: '198.51.100.0/24' }],
  });
  expect(rangesAt(rules, 443)).toEqual(['0.0.0.0/0']);
});
