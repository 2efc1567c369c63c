import {
  AuthorizeSecurityGroupIngressCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { createClients, type Clients } from '../../emulator/clients';
import { ByHand } from './by-hand';
import { failures, ofCheck, startWorld, type PreflightWorld } from './world';

const INTERFACES = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'];
const nameOf = (service: string) => `com.amazonaws.ap-northeast-2.${service}`;

let world: PreflightWorld;
let clients: Clients;

beforeAll(async () => {
  world = await startWorld('ready');
  clients = createClients(world.emulator.url);
});
beforeEach(() => world.renew('cname'));
afterAll(() => world.emulator.stop());

const preflight = async () => ofCheck(await world.preflight(), 'way out');

/** @returns the id of the group of endpoints, which lets nobody in yet */
const makeGroup = () => new ByHand(world.config).makeSecurityGroup('endpoints', world.emulator.account.vpcId);

const letIn = (GroupId: string, CidrIp: string) =>
  clients.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          IpRanges: [{ CidrIp }],
        },
      ],
    }),
  );

async function makeInterface(service: string, group: string, PrivateDnsEnabled = true): Promise<void> {
  const { vpcId: VpcId, subnets } = world.emulator.account;
  const command = new CreateVpcEndpointCommand({
    VpcId,
    ServiceName: nameOf(service),
    VpcEndpointType: 'Interface',
    SubnetIds: [subnets['private-a']!],
    SecurityGroupIds: [group],
    PrivateDnsEnabled,
  });
  await clients.ec2.send(command);
}

/** The route table of the private subnets. */
async function findTable(): Promise<string> {
  const { RouteTables } = await clients.ec2.send(new DescribeRouteTablesCommand({}));
  const nat = RouteTables!.find(({ Routes }) => Routes!.some(({ NatGatewayId }) => NatGatewayId));
  return nat!.RouteTableId!;
}

async function makeGateway(): Promise<void> {
  const { vpcId: VpcId } = world.emulator.account;
  const command = new CreateVpcEndpointCommand({
    VpcId,
    ServiceName: nameOf('s3'),
    VpcEndpointType: 'Gateway',
    RouteTableIds: [await findTable()],
  });
  await clients.ec2.send(command);
}

async function removeNat(): Promise<void> {
  const RouteTableId = await findTable();
  await clients.ec2.send(
    new DeleteRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
    }),
  );
}

test('with a NAT gateway alone what goes to S3 is told, and a gateway endpoint ends that', async () => {
  expect((await preflight()).map(({ level }) => level)).toEqual(['pass', 'warn']);
  await makeGateway();
  expect((await preflight()).map(({ level }) => level)).toEqual(['pass']);
});

test('an endpoint that lets no task in is a failure though there is a NAT gateway', async () => {
  const group = await makeGroup();
  await makeInterface('logs', group);
  expect(failures(await preflight())).toEqual([
    expect.stringMatching(/^endpoint vpce-\w+ takes .*\.logs, and its security group endpoints does not let HTTPS in/),
  ]);
  await letIn(group, '10.0.0.0/8');
  expect(failures(await preflight())).toEqual([]);
});

test('without a NAT gateway each service needs its endpoint, with a private name, and S3 a gateway', async () => {
  const group = await makeGroup();
  await letIn(group, '10.0.0.0/16');
  for (const service of INTERFACES) await makeInterface(service, group, service !== 'logs');
  const table = await findTable();
  await removeNat();
  expect(failures(await preflight())).toEqual([expect.stringMatching(/no endpoint that serves logs, s3$/)]);
  await makeInterface('logs', group);
  const { vpcId: VpcId } = world.emulator.account;
  const gateway = {
    VpcId,
    ServiceName: nameOf('s3'),
    VpcEndpointType: 'Gateway' as const,
    RouteTableIds: [table],
  };
  await clients.ec2.send(new CreateVpcEndpointCommand(gateway));
  expect(failures(await preflight())).toEqual([]);
});

test('a VPC that answers no private names is a failure with the command', async () => {
  const { vpcId: VpcId } = world.emulator.account;
  await clients.ec2.send(
    new ModifyVpcAttributeCommand({
      VpcId,
      EnableDnsHostnames: { Value: false },
    }),
  );
  const [failure] = ofCheck(await world.preflight(), 'vpc').filter(({ level }) => level === 'fail');
  expect(failure).toMatchObject({
    message: expect.stringContaining(`${VpcId} has enableDnsHostnames off`) as string,
    fix: `aws ec2 modify-vpc-attribute --vpc-id ${VpcId} --enable-dns-hostnames '{"Value":true}'`,
  });
});
