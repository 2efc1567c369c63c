import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Resource, Owner } from '../../contract/resources';

const from = (port: number, group: string, protocol = 'tcp'): IpPermission => ({
  IpProtocol: protocol,
  FromPort: port,
  ToPort: port,
  UserIdGroupPairs: [{ GroupId: group }],
});

export const balancerRules = (publicAccess: boolean, vpcCidr: string): IpPermission[] => [
  { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: publicAccess ? '0.0.0.0/0' : vpcCidr }] },
];

export const taskRules = (
  { ports, gossipPorts }: { ports: number[]; gossipPorts: number[] },
  balancer: string,
  tasks: string,
): IpPermission[] => [
  ...ports.map((port) => from(port, balancer)),
  ...ports.map((port) => from(port, tasks)),
  ...gossipPorts.map((port) => from(port, tasks, 'udp')),
];

/** Security groups: HTTPS into the load balancer, task ports from it and from the tasks themselves. */
export function securityGroupActivities({ clients: { ec2 } }: Deps) {
  async function find(name: string, vpcId: string): Promise<SecurityGroup | undefined> {
    const { SecurityGroups = [] } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'group-name', Values: [name] },
          { Name: 'vpc-id', Values: [vpcId] },
        ],
      }),
    );
    return SecurityGroups[0];
  }

  /** Rules are only ever added: those that an adopted group lacks too, since tasks can't be reached without them. Each is tagged, so that its undo takes just these. */
  async function ensure(
    owner: Owner,
    name: string,
    vpcId: string,
    description: string,
    rules: (id: string) => IpPermission[],
  ): Promise<Resource> {
    const found = await find(name, vpcId);
    const id =
      found?.GroupId ??
      (
        await ec2.send(
          new CreateSecurityGroupCommand({
            GroupName: name,
            VpcId: vpcId,
            Description: description,
            TagSpecifications: [{ ResourceType: 'security-group', Tags: tagsOf(owner) }],
          }),
        )
      ).GroupId!;
    for (const rule of rules(id)) {
      try {
        await ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: id,
            IpPermissions: [rule],
            TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: tagsOf(owner) }],
          }),
        );
      } catch (error) {
        if (!isAws(error, 'InvalidPermission.Duplicate')) throw error;
      }
    }
    return { id, ownership: found ? ownershipOf(found.Tags, owner) : 'created' };
  }

  return {
    ensureLoadBalancerSecurityGroup({ owner, name, vpcId, publicAccess, vpcCidr }) {
      return ensure(owner, name, vpcId, 'Load balancer of the LGTM stack', () => balancerRules(publicAccess, vpcCidr));
    },

    ensureTaskSecurityGroup({ owner, name, vpcId, loadBalancerSecurityGroup, ports, gossipPorts }) {
      return ensure(owner, name, vpcId, 'Security group for LGTM ECS tasks', (id) =>
        taskRules({ ports, gossipPorts }, loadBalancerSecurityGroup, id),
      );
    },

    /** Takes off the rules that this run added to a group that it had not created. */
    async removeSecurityGroupRules({ owner, name, vpcId }) {
      const found = await find(name, vpcId);
      if (!found || ownershipOf(found.Tags, owner) === 'created') return;
      const { SecurityGroupRules = [] } = await ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [found.GroupId!] }] }),
      );
      const added = SecurityGroupRules.filter(({ Tags }) => ownershipOf(Tags, owner) === 'created').map(
        ({ SecurityGroupRuleId }) => SecurityGroupRuleId!,
      );
      if (added.length > 0)
        await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: found.GroupId, SecurityGroupRuleIds: added }));
    },

    async removeSecurityGroup({ owner, name, vpcId }) {
      const found = await find(name, vpcId);
      if (!found || ownershipOf(found.Tags, owner) !== 'created') return;
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId: found.GroupId }));
    },
  } satisfies Partial<Activities>;
}
