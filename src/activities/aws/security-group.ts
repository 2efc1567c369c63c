import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { InputOf } from '../../contract/activities';
import type { PortSources } from '../../contract/ingest';
import type { LoadBalancerGroupRequest, Owner, Resource, TaskGroupRequest } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import { collect } from '../pages';
import { coversPorts, EVERYWHERE } from './permission';
import { listBalancerPorts } from './redirect';

/** A group's name in its VPC, and whose it is or shall be. */
type GroupName = InputOf<'removeSecurityGroup'>;

/** Finds the load balancer's group, or creates it, and adds the rules for HTTPS, and for HTTP that we send there. */
export async function ensureLoadBalancerSecurityGroup(
  deps: Deps,
  request: LoadBalancerGroupRequest,
): Promise<Resource> {
  const group = await ensureGroup(deps, request, 'Load balancer of the LGTM stack');
  const ports = await listBalancerPorts(deps, request.owner, request.loadBalancer);
  const rules = buildLoadBalancerRules(request, ports);
  const adopted = group.ownership === 'adopted' ? await findGroup(deps, request) : undefined;
  const wanted = rules.filter((rule) => !adopted || !isOpening(rule, adopted));
  await addRules(deps, request.owner, group.id, wanted);
  return group;
}

/**
 * Finds the tasks' group, or creates it, and adds rules for
 * their ports, from the load balancer and from each other.
 */
export async function ensureTaskSecurityGroup(deps: Deps, request: TaskGroupRequest): Promise<Resource> {
  const group = await ensureGroup(deps, request, 'Security group for LGTM ECS tasks');
  const rules = buildTaskRules(request, request.loadBalancerSecurityGroup, group.id);
  await addRules(deps, request.owner, group.id, rules);
  return group;
}

/** Finds the ingest's group, or creates it, and lets in at each port whom the hosts let in there. */
export async function ensureIngestSecurityGroup(
  deps: Deps,
  request: InputOf<'ensureIngestSecurityGroup'>,
): Promise<Resource> {
  const group = await ensureGroup(deps, request, 'Ingest of the LGTM stack');
  await addRules(deps, request.owner, group.id, buildIngestRules(request.sources));
  return group;
}

/** Takes off the rules that this run added to a group that it had not created. */
export async function removeSecurityGroupRules(deps: Deps, input: GroupName): Promise<void> {
  const { ec2 } = deps.clients;
  const found = await findGroup(deps, input);
  if (!found || ownershipOf(found.Tags, input.owner) === 'created') return;
  const rules = await listRules(deps, found.GroupId!);
  const added = rules.filter(({ Tags }) => ownershipOf(Tags, input.owner) === 'created');
  if (added.length === 0) return;
  const ids = added.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId!);
  const command = new RevokeSecurityGroupIngressCommand({
    GroupId: found.GroupId,
    SecurityGroupRuleIds: ids,
  });
  await ec2.send(command);
}

/** Deletes the group if this run created it. */
export async function removeSecurityGroup(deps: Deps, input: GroupName): Promise<void> {
  const found = await findGroup(deps, input);
  if (!found || ownershipOf(found.Tags, input.owner) !== 'created') return;
  const command = new DeleteSecurityGroupCommand({ GroupId: found.GroupId });
  await deps.clients.ec2.send(command);
}

type WayIn = Pick<LoadBalancerGroupRequest, 'publicAccess' | 'inside' | 'from'>;

/** From everywhere, or from the VPC and what the plan names, each by a rule of its own. */
export function buildLoadBalancerRules({ publicAccess, inside, from }: WayIn, ports: number[]): IpPermission[] {
  const ranges = publicAccess ? [EVERYWHERE] : [...new Set([...inside, ...from])];
  return ports.flatMap((port) =>
    ranges.map((CidrIp) => ({
      ...rangeOf(port, 'tcp'),
      IpRanges: [{ CidrIp }],
    })),
  );
}

/**
 * Whether a rule would let everybody in at a port at which a group lets some in already: whoever set it so keeps the
 * others out, as of a balancer behind CloudFront, and that is not the run's to change.
 */
export function isOpening(rule: IpPermission, { IpPermissions = [] }: SecurityGroup): boolean {
  const isForAll = (rule.IpRanges ?? []).some(({ CidrIp }) => CidrIp === EVERYWHERE);
  return (
    isForAll && IpPermissions.some((permission) => coversPorts(permission, rule) && listSources(permission).length > 0)
  );
}

/** Ranges, groups and prefix lists that a permission is for. */
export function listSources(permission: IpPermission): string[] {
  const { IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission;
  return [
    ...IpRanges.map(({ CidrIp }) => CidrIp!),
    ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6!),
    ...UserIdGroupPairs.map(({ GroupId }) => GroupId!),
    ...PrefixListIds.map(({ PrefixListId }) => PrefixListId!),
  ];
}

/** Each source has a rule of its own, since one that is there already refuses all of a call. */
function buildIngestRules(sources: PortSources[]): IpPermission[] {
  return sources.flatMap(({ port, protocol, ranges, groups, prefixLists }) => [
    ...ranges.map((CidrIp) => ({
      ...rangeOf(port, protocol),
      IpRanges: [{ CidrIp }],
    })),
    ...groups.map((group) => buildRule(port, protocol, group)),
    ...prefixLists.map((PrefixListId) => ({
      ...rangeOf(port, protocol),
      PrefixListIds: [{ PrefixListId }],
    })),
  ]);
}

/**
 * The ports of the tasks, from the load balancer's group and from the tasks' own, and what the ingest sends and asks,
 * from its group; all are ids. That a rule names its group admits datagrams of its clients too, whose addresses they
 * keep. Source: AWS, "Update the security groups for your Network Load Balancer".
 */
export function buildTaskRules(
  { ports, gossipPorts, ingest }: Pick<TaskGroupRequest, 'ports' | 'gossipPorts' | 'ingest'>,
  loadBalancerGroup: string,
  taskGroup: string,
): IpPermission[] {
  return [
    ...(ingest?.ports ?? []).map(({ port, protocol }) => buildRule(port, protocol, ingest!.securityGroup)),
    ...ports.map((port) => buildRule(port, 'tcp', loadBalancerGroup)),
    ...ports.map((port) => buildRule(port, 'tcp', taskGroup)),
    ...gossipPorts.map((port) => buildRule(port, 'udp', taskGroup)),
  ];
}

function buildRule(port: number, protocol: 'tcp' | 'udp', sourceGroup: string): IpPermission {
  return {
    ...rangeOf(port, protocol),
    UserIdGroupPairs: [{ GroupId: sourceGroup }],
  };
}

function rangeOf(port: number, protocol: 'tcp' | 'udp'): IpPermission {
  return {
    IpProtocol: protocol,
    FromPort: port,
    ToPort: port,
  };
}

async function listRules(deps: Deps, group: string): Promise<SecurityGroupRule[]> {
  const { ec2 } = deps.clients;
  const filters = [
    {
      Name: 'group-id',
      Values: [group],
    },
  ];
  const SecurityGroupRules = await collect(
    paginateDescribeSecurityGroupRules({ client: ec2 }, { Filters: filters }),
    (page) => page.SecurityGroupRules,
  );
  return SecurityGroupRules;
}

async function ensureGroup(deps: Deps, group: GroupName, description: string): Promise<Resource> {
  const found = await findGroup(deps, group);
  if (found)
    return {
      id: found.GroupId!,
      ownership: ownershipOf(found.Tags, group.owner),
    };
  const command = new CreateSecurityGroupCommand({
    GroupName: group.name,
    VpcId: group.vpcId,
    Description: description,
    TagSpecifications: [
      {
        ResourceType: 'security-group',
        Tags: tagsOf(group.owner),
      },
    ],
  });
  const { GroupId } = await deps.clients.ec2.send(command);
  return {
    id: GroupId!,
    ownership: 'created',
  };
}

async function findGroup(deps: Deps, { name, vpcId }: GroupName): Promise<SecurityGroup | undefined> {
  const { ec2 } = deps.clients;
  const filters = [
    {
      Name: 'group-name',
      Values: [name],
    },
    {
      Name: 'vpc-id',
      Values: [vpcId],
    },
  ];
  const SecurityGroups = await collect(
    paginateDescribeSecurityGroups({ client: ec2 }, { Filters: filters }),
    (page) => page.SecurityGroups,
  );
  return SecurityGroups[0];
}

/**
 * Rules are only ever added, those that an adopted group lacks too, since tasks
 * can't be reached without them. Each is tagged, so that its undo takes just these.
 */
async function addRules(deps: Deps, owner: Owner, group: string, rules: IpPermission[]): Promise<void> {
  const { ec2 } = deps.clients;
  for (const rule of rules) {
    try {
      const command = new AuthorizeSecurityGroupIngressCommand({
        GroupId: group,
        IpPermissions: [rule],
        TagSpecifications: [
          {
            ResourceType: 'security-group-rule',
            Tags: tagsOf(owner),
          },
        ],
      });
      await ec2.send(command);
    } catch (error) {
      if (!isAws(error, 'InvalidPermission.Duplicate')) throw error;
    }
  }
}
