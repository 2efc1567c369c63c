import { EC2Client } from '@aws-sdk/client-ec2';
import type { Deps } from '../../../src/activities/clients';
import { findHidden, findSourceProblems, findSources } from '../../../src/activities/preflight/ingest-sources';
import type { Network } from '../../../src/contract/findings';
import type { PortSources } from '../../../src/contract/ingest';
import type { Sender } from '../../../src/contract/senders';
import type { IngestPort } from '../../../src/plan/ingest';
import { planWith } from '../../plan/plan';

const NETWORK: Network = {
  vpcId: 'vpc-1',
  vpcCidr: '10.0.0.0/16',
  privateSubnets: [],
  publicSubnets: [],
};

const sender = (peer: string, move: Sender['move'] = 'by-name'): Sender => ({
  instanceId: 'i-1',
  peer,
  port: 9009,
  service: 'mimir',
  connections: 1,
  move,
  why: '',
  change: '',
});

const admits = (ranges: string[], groups: string[] = []): PortSources => ({
  port: 9009,
  protocol: 'tcp',
  ranges,
  groups,
  prefixLists: [],
});

const tell = (senders: Sender[], source: PortSources) =>
  findHidden('lgtm-ingest', NETWORK, senders, [source]).map(({ id, level, message }) => [id, level, message]);

test('who shows the address of a NAT gateway has to be admitted with an own one', () => {
  const [[id, level, message]] = tell([sender('52.1.2.3')], admits(['52.1.2.3/32', '10.8.0.0/16'])) as [string[]];
  expect([id, level]).toEqual(['ingest/hidden', 'fail']);
  expect(message).toContain('show 52.1.2.3 to the hosts at 9009, and come to lgtm-ingest with their private addresses');
});

test.each([
  ['the whole VPC is admitted', [sender('52.1.2.3')], admits(['10.0.0.0/8'])],
  ['both halves of it are', [sender('52.1.2.3')], admits(['10.0.0.0/17', '10.0.128.0/17'])],
  ['some security group is', [sender('52.1.2.3')], admits(['52.1.2.3/32'], ['sg-1'])],
  ['the sender shows its own address', [sender('10.0.3.4')], admits(['10.0.3.4/32'])],
  ['the sender does not move', [sender('52.1.2.3', 'not')], admits(['52.1.2.3/32'])],
])('nothing is said where %s', (_, senders, source) => {
  expect(tell(senders, source)).toEqual([]);
});

const GROUP = {
  GroupId: 'sg-host',
  GroupName: 'lgtm-ec2',
  VpcId: 'vpc-hosts',
  IpPermissions: [
    {
      IpProtocol: 'tcp',
      FromPort: 9009,
      ToPort: 9009,
      IpRanges: [{ CidrIp: '10.8.0.0/16' }],
      UserIdGroupPairs: [
        {
          GroupId: 'sg-agents',
          UserId: '123456789012',
        },
      ],
    },
  ],
};

/** EC2 with one host, which is in that group. */
function findIn(network: Network) {
  const send = async (command: { constructor: { name: string } }) =>
    command.constructor.name === 'DescribeSecurityGroupsCommand'
      ? { SecurityGroups: [GROUP] }
      : { Reservations: [{ Instances: [{ SecurityGroups: [{ GroupId: 'sg-host' }] }] }] };
  const ec2 = Object.assign(Object.create(EC2Client.prototype) as EC2Client, { send });
  const ports: IngestPort[] = [
    {
      port: 9009,
      protocol: 'tcp',
      service: 'mimir',
      targetPort: 9009,
    },
  ];
  return findSources({ clients: { ec2 } } as unknown as Deps, planWith('ingest: {}\n'), ports, network);
}

test("a group of the host's VPC admits whom the ingest's can't, where the tasks are in another", async () => {
  const { sources, left } = await findIn(NETWORK);
  expect(sources).toEqual([admits(['10.8.0.0/16'])]);
  expect(left).toEqual(['sg-agents of 123456789012 (peering none with vpc-1)']);
  const same = await findIn({ ...NETWORK, vpcId: 'vpc-hosts' });
  expect(same.sources).toEqual([admits(['10.8.0.0/16'], ['sg-agents'])]);
  expect(same.left).toEqual([]);
});

test.each([
  ['the range of the VPC itself', '198.19.0.0/16', []],
  ['a public one', '203.0.113.0/24', [expect.stringContaining('admitted by public addresses alone: 203.0.113.0/24')]],
])('of the ranges that alone are admitted %s is judged', (_, range, problems) => {
  const { ingest } = planWith('ingest: {}\n');
  const network = { ...NETWORK, vpcCidr: '198.19.0.0/16' };
  const found = findSourceProblems(ingest!, network, {
    sources: [admits([range])],
    prefixLists: [],
    groups: [],
    left: [],
  });
  expect(found.map(({ message }) => message)).toEqual(problems);
});
