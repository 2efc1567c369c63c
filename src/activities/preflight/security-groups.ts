import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import { listTaskPorts } from '../../plan/names';
import { isPartOf } from '../../plan/ranges';
import { listAdmitted, listRanges } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import { listBalancerPorts } from '../aws/redirect';
import { buildLoadBalancerRules, buildTaskRules, isOpening, listSources } from '../aws/security-group';
import type { Deps } from '../clients';
import { isOurs } from '../owner';
import type { Look } from './finding';
import { findShutIn, findTasksShutIn, listExposedPorts, listPeerPorts, locateTasks } from './egress';
import { listGroupsByName } from './group-names';
import { findBalancer } from './load-balancer';
import { coversPorts, EVERYWHERE } from '../aws/permission';
import { findingsOf } from './reading';
import { saySecurityGroup, saySecurityGroupKeeps, saySecurityGroupLacks } from './texts/network';

/** Stands in a rule for the id of a group that the run will make. */
const GROUP_TO_COME = 'of the load balancer, not made yet';

/**
 * Adopted security groups, and what they lack: it is added, announced here, and taken off
 * on the way back.
 */
export async function lookAtSecurityGroups(deps: Deps, plan: Plan, owner: Owner, network: Network): Promise<Look> {
  const { vpcId } = network;
  if (vpcId === '') return { findings: [] };
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const names = [loadBalancerSecurityGroup, taskSecurityGroup];
  const groups = await listGroupsByName(deps, vpcId, names);
  const balancer = groups.find(({ GroupName }) => GroupName === loadBalancerSecurityGroup);
  const tasks = groups.find(({ GroupName }) => GroupName === taskSecurityGroup);
  const publicAccess = plan.loadBalancer.scheme === 'internet-facing';
  const wayIn = {
    publicAccess,
    inside: listRanges(network),
    from: listAdmitted(plan),
  };
  const ports = await listBalancerPorts(deps, owner, plan.loadBalancer.name);
  const rulesOfBalancer = buildLoadBalancerRules(wayIn, ports);
  const balancerId = balancer?.GroupId ?? GROUP_TO_COME;
  const rulesOfTasks = buildTaskRules(listTaskPorts(plan), balancerId, tasks?.GroupId ?? '');
  const wayOut = await findingsOf(
    judgeWayOut(deps, plan, owner, network, {
      balancer,
      tasks,
    }),
  );
  return {
    findings: [...judgeGroup(owner, balancer, rulesOfBalancer), ...judgeGroup(owner, tasks, rulesOfTasks), ...wayOut],
  };
}

/** Groups that are there already; absent: the run makes it. */
interface Groups {
  balancer: SecurityGroup | undefined;
  tasks: SecurityGroup | undefined;
}

/** What adopted groups keep in: the balancer's requests to tasks, the tasks' to each other and to what they start with. */
async function judgeWayOut(
  deps: Deps,
  plan: Plan,
  owner: Owner,
  network: Network,
  { balancer, tasks }: Groups,
): Promise<Finding[]> {
  const isAdopted = (group: SecurityGroup | undefined) => group !== undefined && !isOurs(group.Tags, owner);
  const to = await locateTasks(deps, network, tasks?.GroupId);
  // of one that is there already all its groups are looked at together
  const found = await findBalancer(deps, plan.loadBalancer.name);
  const findings = await Promise.all([
    isAdopted(balancer) && !found ? findShutIn(deps, [balancer!], listExposedPorts(plan), to) : [],
    isAdopted(tasks) ? findShutIn(deps, [tasks!], listPeerPorts(plan), to) : [],
    isAdopted(tasks) ? findTasksShutIn(deps, tasks!) : [],
  ]);
  return findings.flat();
}

function judgeGroup(owner: Owner, group: SecurityGroup | undefined, rules: IpPermission[]): Finding[] {
  if (!group || isOurs(group.Tags, owner)) return [];
  const name = group.GroupName!;
  const lacking = rules.filter((rule) => !letsIn(group, rule));
  const [left, missing] = [
    lacking.filter((rule) => isOpening(rule, group)),
    lacking.filter((rule) => !isOpening(rule, group)),
  ];
  const ports = missing.map(({ IpProtocol, FromPort }) => `${IpProtocol} ${FromPort}`);
  return [
    ...left.map((rule) => saySecurityGroupKeeps(group, rule, listAdmittedTo(group, rule))),
    ...(missing.length > 0 ? [saySecurityGroupLacks(name, ports)] : []),
    ...(lacking.length === 0 ? [saySecurityGroup(name)] : []),
  ];
}

const listAdmittedTo = ({ IpPermissions = [] }: SecurityGroup, rule: IpPermission): string[] =>
  IpPermissions.filter((permission) => coversPorts(permission, rule)).flatMap(listSources);

/** Whether a group lets in what a rule would. */
function letsIn({ IpPermissions = [] }: SecurityGroup, wanted: IpPermission): boolean {
  return IpPermissions.some((permission) => coversPorts(permission, wanted) && coversSource(permission, wanted));
}

/** From the same group, or from a range around it; a group may come from everywhere. */
function coversSource(permission: IpPermission, wanted: IpPermission): boolean {
  const { UserIdGroupPairs = [], IpRanges = [] } = permission;
  const group = wanted.UserIdGroupPairs?.[0]?.GroupId;
  const range = wanted.IpRanges?.[0]?.CidrIp ?? EVERYWHERE;
  if (UserIdGroupPairs.some(({ GroupId }) => GroupId === group)) return true;
  return IpRanges.some(({ CidrIp }) => isPartOf(range, CidrIp!));
}
