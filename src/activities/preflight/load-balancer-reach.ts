import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  paginateDescribeSecurityGroups,
  type IpPermission,
  type SecurityGroup,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { coversPorts, EVERYWHERE } from './permission';
import {
  sayBalancerElsewhere,
  sayNobodyLetIn,
  sayOnlySomeLetIn,
  sayTasksUnreached,
  sayZonesUnserved,
} from './texts/network';

const HTTPS = {
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
};

/**
 * The groups that decide who reaches the balancer, and those that decide whether it
 * reaches the tasks.
 */
interface Groups {
  ofBalancer: SecurityGroup[];
  ofTasks: SecurityGroup[];
}

/**
 * A balancer sends nothing to a zone that it does not serve, and its own security groups
 * decide who comes in and where it gets to.
 */
export async function findReachProblems(
  deps: Deps,
  plan: Plan,
  balancer: LoadBalancer,
  network: Network,
): Promise<Finding[]> {
  const { name } = plan.loadBalancer;
  const { vpcId, vpcCidr, privateSubnets } = network;
  if (balancer.VpcId !== vpcId) {
    return [sayBalancerElsewhere(name, balancer.VpcId, vpcId)];
  }
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const [subnets, groups] = await Promise.all([
    readSubnets(deps, privateSubnets),
    readGroups(deps, balancer, vpcId, taskSecurityGroup),
  ]);
  const findings = judgeZones(name, balancer, subnets);
  // what its group of the plan's name lacks is added by the run
  const groupNames = namesOf(groups.ofBalancer);
  if (groupNames.includes(loadBalancerSecurityGroup)) return findings;
  const wanted = balancer.Scheme === 'internet-facing' ? EVERYWHERE : vpcCidr;
  return [
    ...findings,
    ...judgeWayIn(name, groups.ofBalancer, wanted),
    ...judgeWayToTasks(name, groups, taskSecurityGroup),
  ];
}

async function readSubnets(deps: Deps, ids: string[]): Promise<Subnet[]> {
  const { ec2 } = deps.clients;
  const command = new DescribeSubnetsCommand({ SubnetIds: ids });
  const { Subnets = [] } = await ec2.send(command);
  return Subnets;
}

async function readGroups(
  deps: Deps,
  { SecurityGroups: ids }: LoadBalancer,
  vpcId: string,
  taskGroup: string,
): Promise<Groups> {
  const { ec2 } = deps.clients;
  const named = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'group-name', Values: [taskGroup] },
  ];
  const [balancer, tasks] = await Promise.all([
    ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids! })),
    collect(paginateDescribeSecurityGroups({ client: ec2 }, { Filters: named }), (page) => page.SecurityGroups),
  ]);
  return {
    ofBalancer: balancer.SecurityGroups ?? [],
    ofTasks: tasks,
  };
}

function judgeZones(name: string, balancer: LoadBalancer, subnets: Subnet[]): Finding[] {
  const { AvailabilityZones = [], LoadBalancerArn } = balancer;
  const served = AvailabilityZones.map(({ ZoneName }) => ZoneName);
  const zones = subnets.map(({ AvailabilityZone }) => AvailabilityZone);
  const unserved = zones.filter((zone) => !served.includes(zone));
  if (unserved.length === 0) return [];
  return [sayZonesUnserved(name, LoadBalancerArn, served, unserved)];
}

function judgeWayIn(name: string, groups: SecurityGroup[], wanted: string): Finding[] {
  const permissions = groups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  const forHttps = permissions.filter((permission) => coversPorts(permission, HTTPS));
  const sources = forHttps.flatMap(sourcesOf);
  if (sources.length === 0) {
    return [sayNobodyLetIn(name, namesOf(groups))];
  }
  if (sources.includes(wanted) || sources.includes(EVERYWHERE)) {
    return [];
  }
  return [sayOnlySomeLetIn(name, namesOf(groups), sources)];
}

function judgeWayToTasks(name: string, groups: Groups, taskGroup: string): Finding[] {
  const { ofBalancer, ofTasks } = groups;
  const letsIn = ofTasks.flatMap(groupsLetIn);
  const isReached = ofBalancer.some(({ GroupName, GroupId }) => GroupName === taskGroup || letsIn.includes(GroupId!));
  if (isReached) return [];
  return [sayTasksUnreached(name, namesOf(ofBalancer), taskGroup)];
}

function namesOf(groups: SecurityGroup[]): (string | undefined)[] {
  return groups.map(({ GroupName }) => GroupName);
}

/** Ranges, groups and prefix lists that a permission is for. */
function sourcesOf(permission: IpPermission): string[] {
  const { IpRanges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission;
  return [
    ...IpRanges.map(({ CidrIp }) => CidrIp!),
    ...UserIdGroupPairs.map(({ GroupId }) => GroupId!),
    ...PrefixListIds.map(({ PrefixListId }) => PrefixListId!),
  ];
}

/** Ids of the groups that a group lets in, on any port. */
function groupsLetIn({ IpPermissions = [] }: SecurityGroup): (string | undefined)[] {
  const pairs = IpPermissions.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs);
  return pairs.map(({ GroupId }) => GroupId);
}
