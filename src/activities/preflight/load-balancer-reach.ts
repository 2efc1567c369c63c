import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup, type Subnet } from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import { isCovered } from '../../plan/ranges';
import { listRanges } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { findShutIn, listExposedPorts, locateTasks } from './egress';
import { listGroupsByName } from './group-names';
import { coversPorts, EVERYWHERE, portOf } from '../aws/permission';
import { listSources } from '../aws/security-group';
import { readPrefixLists } from './prefix-lists';
import { judgeZones, readSubnets } from './subnets';
import { sayBalancerElsewhere, sayNobodyLetIn, sayOnlySomeLetIn, sayTasksUnreached } from './texts/network';

const HTTPS = portOf('tcp', 443);

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
  const { vpcId, privateSubnets } = network;
  if (balancer.VpcId !== vpcId) {
    return [sayBalancerElsewhere(name, balancer.VpcId, vpcId)];
  }
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const [subnets, groups] = await Promise.all([
    readSubnets(deps, privateSubnets),
    readGroups(deps, balancer, vpcId, taskSecurityGroup),
  ]);
  const tasks = await locateTasks(deps, network, groups.ofTasks[0]?.GroupId);
  const findings = [
    ...judgeZones(name, balancer, subnets),
    ...(await findShutIn(deps, groups.ofBalancer, listExposedPorts(plan), tasks)),
  ];
  // what its group of the plan's name lacks is added by the run
  const groupNames = namesOf(groups.ofBalancer);
  if (groupNames.includes(loadBalancerSecurityGroup)) return findings;
  const wanted = balancer.Scheme === 'internet-facing' ? [EVERYWHERE] : listRanges(network);
  const own = await readSubnets(deps, listSubnets(balancer));
  return [
    ...findings,
    ...(await judgeWayIn(deps, name, groups.ofBalancer, wanted)),
    ...judgeWayToTasks(plan, groups, own),
  ];
}

async function readGroups(
  deps: Deps,
  { SecurityGroups: ids }: LoadBalancer,
  vpcId: string,
  taskGroup: string,
): Promise<Groups> {
  const [balancer, tasks] = await Promise.all([
    deps.clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids! })),
    listGroupsByName(deps, vpcId, [taskGroup]),
  ]);
  return {
    ofBalancer: balancer.SecurityGroups ?? [],
    ofTasks: tasks,
  };
}

async function judgeWayIn(deps: Deps, name: string, groups: SecurityGroup[], wanted: string[]): Promise<Finding[]> {
  const permissions = groups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  const forHttps = permissions.filter((permission) => coversPorts(permission, HTTPS));
  const sources = forHttps.flatMap(listSources);
  if (sources.length === 0) {
    return [sayNobodyLetIn(name, namesOf(groups))];
  }
  const lists = forHttps.flatMap(({ PrefixListIds = [] }) => PrefixListIds.map(({ PrefixListId }) => PrefixListId!));
  const inLists = await readPrefixLists(deps, lists);
  const ranges = [...forHttps.flatMap(rangesOf), ...inLists.flatMap((list) => list.ranges)];
  if (wanted.every((range) => isCovered(range, ranges))) return [];
  return [sayOnlySomeLetIn(name, namesOf(groups), sources)];
}

const listSubnets = ({ AvailabilityZones = [] }: LoadBalancer): string[] =>
  AvailabilityZones.map(({ SubnetId }) => SubnetId!);

/** The tasks' group lets the balancer in at each port that it asks: by one of its groups, or by the ranges that it is in. */
function judgeWayToTasks({ loadBalancer, network, ...plan }: Plan, groups: Groups, subnets: Subnet[]): Finding[] {
  const { ofBalancer, ofTasks } = groups;
  const ids = ofBalancer.map(({ GroupId }) => GroupId);
  const permissions = ofTasks.flatMap(({ IpPermissions = [] }) => IpPermissions);
  const shut = listExposedPorts(plan).filter((port) => {
    const covering = permissions.filter((permission) => coversPorts(permission, port));
    const pairs = covering.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs);
    const ranges = covering.flatMap(rangesOf);
    const isByRange = subnets.every(({ CidrBlock }) => isCovered(CidrBlock!, ranges));
    return !pairs.some(({ GroupId }) => ids.includes(GroupId)) && !isByRange;
  });
  const isTasksOwn = ofBalancer.some(({ GroupName }) => GroupName === network.taskSecurityGroup);
  if (shut.length === 0 || isTasksOwn) return [];
  return [sayTasksUnreached(loadBalancer.name, namesOf(ofBalancer), network.taskSecurityGroup)];
}

function namesOf(groups: SecurityGroup[]): (string | undefined)[] {
  return groups.map(({ GroupName }) => GroupName);
}

const rangesOf = ({ IpRanges = [] }: IpPermission): string[] => IpRanges.map(({ CidrIp }) => CidrIp!);
