import { paginateDescribeSecurityGroups, type IpPermission, type SecurityGroup } from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import { listTaskPorts } from '../../plan/names';
import { listAdmitted } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import { listBalancerPorts } from '../aws/redirect';
import { buildLoadBalancerRules, buildTaskRules } from '../aws/security-group';
import type { Deps } from '../clients';
import { isOurs } from '../owner';
import { collect } from '../pages';
import type { Look } from './finding';
import { coversPorts, EVERYWHERE } from './permission';
import { saySecurityGroup, saySecurityGroupLacks } from './texts/network';

/** Stands in a rule for the id of a group that the run will make. */
const GROUP_TO_COME = 'of the load balancer, not made yet';

/**
 * Adopted security groups, and what they lack: it is added, announced here, and taken off
 * on the way back.
 */
export async function lookAtSecurityGroups(
  deps: Deps,
  plan: Plan,
  owner: Owner,
  { vpcId, vpcCidr }: Network,
): Promise<Look> {
  if (vpcId === '') return { findings: [] };
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const names = [loadBalancerSecurityGroup, taskSecurityGroup];
  const groups = await listGroups(deps, vpcId, names);
  const balancer = groups.find(({ GroupName }) => GroupName === loadBalancerSecurityGroup);
  const tasks = groups.find(({ GroupName }) => GroupName === taskSecurityGroup);
  const publicAccess = plan.loadBalancer.scheme === 'internet-facing';
  const wayIn = { publicAccess, vpcCidr, from: listAdmitted(plan) };
  const ports = await listBalancerPorts(deps, owner, plan.loadBalancer.name);
  const rulesOfBalancer = buildLoadBalancerRules(wayIn, ports);
  const balancerId = balancer?.GroupId ?? GROUP_TO_COME;
  const rulesOfTasks = buildTaskRules(listTaskPorts(plan), balancerId, tasks?.GroupId ?? '');
  return {
    findings: [...judgeGroup(owner, balancer, rulesOfBalancer), ...judgeGroup(owner, tasks, rulesOfTasks)],
  };
}

async function listGroups(deps: Deps, vpcId: string, names: string[]): Promise<SecurityGroup[]> {
  const { ec2 } = deps.clients;
  const SecurityGroups = await collect(
    paginateDescribeSecurityGroups(
      { client: ec2 },
      {
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'group-name', Values: names },
        ],
      },
    ),
    (page) => page.SecurityGroups,
  );
  return SecurityGroups;
}

function judgeGroup(owner: Owner, group: SecurityGroup | undefined, rules: IpPermission[]): Finding[] {
  if (!group || isOurs(group.Tags, owner)) return [];
  const name = group.GroupName!;
  const missing = rules.filter((rule) => !letsIn(group, rule));
  if (missing.length === 0) return [saySecurityGroup(name)];
  const ports = missing.map(({ IpProtocol, FromPort }) => `${IpProtocol} ${FromPort}`);
  return [saySecurityGroupLacks(name, ports)];
}

/** Whether a group lets in what a rule would. */
function letsIn({ IpPermissions = [] }: SecurityGroup, wanted: IpPermission): boolean {
  return IpPermissions.some((permission) => coversPorts(permission, wanted) && coversSource(permission, wanted));
}

/** From the same group or range, or from everywhere. */
function coversSource(permission: IpPermission, wanted: IpPermission): boolean {
  const { UserIdGroupPairs = [], IpRanges = [] } = permission;
  const group = wanted.UserIdGroupPairs?.[0]?.GroupId;
  const range = wanted.IpRanges?.[0]?.CidrIp;
  if (UserIdGroupPairs.some(({ GroupId }) => GroupId === group)) return true;
  return IpRanges.some(({ CidrIp }) => CidrIp === range || CidrIp === EVERYWHERE);
}
