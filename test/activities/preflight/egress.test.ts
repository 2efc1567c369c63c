import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { ByHand } from './by-hand';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

const ALL_IN_VPC = {
  IpProtocol: '-1',
  IpRanges: [{ CidrIp: '10.0.0.0/16' }],
};

let world: PreflightWorld;
let ec2: EC2Client;

beforeEach(async () => {
  world = await startWorld('adopted');
  ec2 = new EC2Client(world.config);
});
afterEach(() => world.emulator.stop());

async function findGroup(name: string): Promise<SecurityGroup> {
  const named = {
    Name: 'group-name',
    Values: [name],
  };
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [named] }));
  return SecurityGroups![0]!;
}

/** A group lets out what these say, and nothing else. */
async function shutIn(name: string, ...rules: IpPermission[]): Promise<void> {
  const { GroupId, IpPermissionsEgress } = await findGroup(name);
  await ec2.send(
    new RevokeSecurityGroupEgressCommand({
      GroupId,
      IpPermissions: IpPermissionsEgress,
    }),
  );
  if (rules.length > 0)
    await ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: rules,
      }),
    );
}

const tell = async () => failures(ofCheck(await world.preflight(), 'security group'));

test("a group of the balancer's name that lets only some in is left so, and that is told", async () => {
  const byHand = new ByHand(world.config);
  const GroupId = await byHand.makeSecurityGroup('lgtm-alb-sg', world.emulator.account.vpcId);
  const rule = {
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    IpRanges: [{ CidrIp: '198.51.100.0/24' }],
  };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [rule],
    }),
  );
  const findings = ofCheck(await world.preflight(), 'security group');
  expect(findings.map(({ message }) => message)).toContain(
    'security group lgtm-alb-sg is adopted, lets only 198.51.100.0/24 in on 443, and is left so',
  );
});

/** The balancer's own group, which the run does not know by name. */
async function giveBalancer(...rules: IpPermission[]): Promise<void> {
  const byHand = new ByHand(world.config);
  await byHand.replaceBalancerGroup(await byHand.makeSecurityGroup('web', world.emulator.account.vpcId));
  await shutIn('web', ...rules);
}

test("a balancer's group that lets nothing out to the tasks is a failure with the command", async () => {
  await giveBalancer({
    IpProtocol: 'tcp',
    FromPort: 443,
    ToPort: 443,
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  });
  const [finding] = ofCheck(await world.preflight(), 'security group').filter(({ level }) => level === 'fail');
  expect(finding!.message).toMatch(/^security group web does not let tcp 9009, .* out to the tasks in 10\./);
  expect(finding!.fix).toMatch(/^aws ec2 authorize-security-group-egress --group-id sg-\w+ --ip-permissions /);
  await shutIn('web', ALL_IN_VPC);
  expect(await tell()).toEqual([]);
});

test('a rule that names the tasks lets out to them, and so do two that have their range together', async () => {
  const { GroupId } = await findGroup('lgtm-ecs-sg');
  await giveBalancer({
    IpProtocol: 'tcp',
    FromPort: 0,
    ToPort: 65_535,
    UserIdGroupPairs: [{ GroupId }],
  });
  expect(await tell()).toEqual([]);
  await shutIn('web', {
    IpProtocol: '-1',
    IpRanges: [{ CidrIp: '10.0.0.0/17' }, { CidrIp: '10.0.128.0/17' }],
  });
  expect(await tell()).toEqual([]);
  await shutIn('web', {
    IpProtocol: '-1',
    IpRanges: [{ CidrIp: '10.0.2.0/24' }],
  });
  expect(await tell()).toHaveLength(1);
});

test('tasks that reach each other, and nothing else, start with nothing', async () => {
  await shutIn('lgtm-ecs-sg', {
    ...ALL_IN_VPC,
    IpProtocol: 'tcp',
    FromPort: 1024,
    ToPort: 65_535,
  });
  expect(await tell()).toEqual([
    'security group lgtm-ecs-sg lets no HTTPS out: tasks get neither their images nor secrets, S3 and logs',
  ]);
});

test('tasks that reach the VPC alone are told of: its endpoints may serve them', async () => {
  await shutIn('lgtm-ecs-sg', ALL_IN_VPC);
  const findings = ofCheck(await world.preflight(), 'security group');
  expect(failures(findings)).toEqual([]);
  expect(findings.map(({ message }) => message)).toContain(
    'security group lgtm-ecs-sg lets HTTPS out to 10.0.0.0/16 alone',
  );
});
