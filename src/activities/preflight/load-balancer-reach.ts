import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type IpPermission,
  type SecurityGroup,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import {
  sayBalancerElsewhere,
  sayNobodyLetIn,
  sayOnlySomeLetIn,
  sayTasksUnreached,
  sayZonesUnserved,
} from './texts/network';

const HTTPS = 443;
const EVERYWHERE = '0.0.0.0/0';
const LAST_PORT = 65_535;

/** The groups that decide who reaches the balancer, and those that decide whether it reaches the tasks. */
interface Groups {
  ofBalancer: SecurityGroup[];
  ofTasks: SecurityGroup[];
}

/**
 * A balancer sends nothing to a zone that it does not serve, and its own security groups decide who comes in and where
 * it gets to.
 */
export async function findReachProblems(
  deps: Deps,
  plan: Plan,
  balancer: LoadBalancer,
  network: Network,
): Promise<Finding[]> {
  const { name } = plan.loadBalancer;
  const { vpcId, vpcCidr, privateSubnets } = network;
  if (balancer.VpcId !== vpcId) return [sayBalancerElsewhere(name, balancer.VpcId, vpcId)];
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const [subnets, groups] = await Promise.all([
    readSubnets(deps, privateSubnets),
    readGroups(deps, balancer, vpcId, taskSecurityGroup),
  ]);
  const findings = judgeZones(name, balancer, subnets);
  // what its group of the plan's name lacks is added by the run
  const isPlans = groups.ofBalancer.some(({ GroupName }) => GroupName === loadBalancerSecurityGroup);
  if (isPlans) return findings;
  const wanted = balancer.Scheme === 'internet-facing' ? EVERYWHERE : vpcCidr;
  return [
    ...findings,
    ...judgeWayIn(name, groups.ofBalancer, wanted),
    ...judgeWayToTasks(name, groups, taskSecurityGroup),
  ];
}

async function readSubnets({ clients: { ec2 } }: Deps, ids: string[]): Promise<Subnet[]> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ids }));
  return Subnets;
}

async function readGroups(
  { clients: { ec2 } }: Deps,
  { SecurityGroups: ids }: LoadBalancer,
  vpcId: string,
  taskGroup: string,
): Promise<Groups> {
  const named = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'group-name', Values: [taskGroup] },
  ];
  const [balancer, tasks] = await Promise.all([
    ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids! })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: named })),
  ]);
  return { ofBalancer: balancer.SecurityGroups ?? [], ofTasks: tasks.SecurityGroups ?? [] };
}

function judgeZones(name: string, { AvailabilityZones, LoadBalancerArn }: LoadBalancer, subnets: Subnet[]): Finding[] {
  const served = AvailabilityZones?.map(({ ZoneName }) => ZoneName) ?? [];
  const zones = subnets.map(({ AvailabilityZone }) => AvailabilityZone);
  const unserved = zones.filter((zone) => !served.includes(zone));
  return unserved.length > 0 ? [sayZonesUnserved(name, LoadBalancerArn, served, unserved)] : [];
}

function judgeWayIn(name: string, groups: SecurityGroup[], wanted: string): Finding[] {
  const sources = groups.flatMap(({ IpPermissions = [] }) => IpPermissions.filter(coversHttps)).flatMap(sourcesOf);
  if (sources.length === 0) return [sayNobodyLetIn(name, namesOf(groups))];
  if (sources.includes(wanted) || sources.includes(EVERYWHERE)) return [];
  return [sayOnlySomeLetIn(name, namesOf(groups), sources)];
}

function judgeWayToTasks(name: string, { ofBalancer, ofTasks }: Groups, taskGroup: string): Finding[] {
  const isReached = ofBalancer.some(
    ({ GroupName, GroupId }) => GroupName === taskGroup || ofTasks.some((tasks) => letsGroupIn(tasks, GroupId!)),
  );
  return isReached ? [] : [sayTasksUnreached(name, namesOf(ofBalancer), taskGroup)];
}

function namesOf(groups: SecurityGroup[]): (string | undefined)[] {
  return groups.map(({ GroupName }) => GroupName);
}

function coversHttps({ IpProtocol, FromPort = 0, ToPort = LAST_PORT }: IpPermission): boolean {
  if (IpProtocol === '-1') return true;
  return IpProtocol === 'tcp' && FromPort <= HTTPS && ToPort >= HTTPS;
}

function sourcesOf({ IpRanges = [], UserIdGroupPairs = [], PrefixListIds = [] }: IpPermission): string[] {
  return [
    ...IpRanges.map(({ CidrIp }) => CidrIp!),
    ...UserIdGroupPairs.map(({ GroupId }) => GroupId!),
    ...PrefixListIds.map(({ PrefixListId }) => PrefixListId!),
  ];
}

function letsGroupIn({ IpPermissions = [] }: SecurityGroup, group: string): boolean {
  const pairs = IpPermissions.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs);
  return pairs.some(({ GroupId }) => GroupId === group);
}
