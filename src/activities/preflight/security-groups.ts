import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup } from '@aws-sdk/client-ec2';
import { taskPorts } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isOurs } from '../owner';
import { balancerRules, taskRules } from '../aws/security-group';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import { pass, warn } from './index';

/** Whether a group lets in what a rule would: from the same group or range, by a port or a range of ports. */
function letsIn({ IpPermissions = [] }: SecurityGroup, wanted: IpPermission): boolean {
  const group = wanted.UserIdGroupPairs?.[0]?.GroupId;
  const range = wanted.IpRanges?.[0]?.CidrIp;
  return IpPermissions.some(
    ({ IpProtocol, FromPort = 0, ToPort = 65_535, UserIdGroupPairs = [], IpRanges = [] }) =>
      (IpProtocol === '-1' ||
        (IpProtocol === wanted.IpProtocol && FromPort <= wanted.FromPort! && ToPort >= wanted.ToPort!)) &&
      (UserIdGroupPairs.some(({ GroupId }) => GroupId === group) ||
        IpRanges.some(({ CidrIp }) => CidrIp === range || CidrIp === '0.0.0.0/0')),
  );
}

/** Adopted security groups, and what they lack: it is added, announced here, and taken off on the way back. */
export async function securityGroupFindings(
  { clients: { ec2 } }: Deps,
  plan: Plan,
  owner: Owner,
  { vpcId, vpcCidr }: Network,
): Promise<Finding[]> {
  if (vpcId === '') return [];
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: [loadBalancerSecurityGroup, taskSecurityGroup] },
      ],
    }),
  );
  const [balancer, tasks] = [loadBalancerSecurityGroup, taskSecurityGroup].map((name) =>
    SecurityGroups.find(({ GroupName }) => GroupName === name),
  );
  const judge = (group: SecurityGroup | undefined, rules: IpPermission[]): Finding[] => {
    if (!group || isOurs(group.Tags, owner)) return [];
    const missing = rules
      .filter((rule) => !letsIn(group, rule))
      .map(({ IpProtocol, FromPort }) => `${IpProtocol} ${FromPort}`);
    const name = group.GroupName!;
    return [
      missing.length === 0
        ? pass('security group', `security group ${name} is adopted`)
        : warn(
            'security group',
            `security group ${name} is adopted and does not let in ${[...new Set(missing)].join(', ')}`,
            `nothing to do: ${missing.length} rules are added to it, and taken off on the way back`,
          ),
    ];
  };
  return [
    ...judge(balancer, balancerRules(plan.loadBalancer.scheme === 'internet-facing', vpcCidr)),
    ...judge(
      tasks,
      taskRules(taskPorts(plan), balancer?.GroupId ?? 'of the load balancer, not made yet', tasks?.GroupId ?? ''),
    ),
  ];
}
