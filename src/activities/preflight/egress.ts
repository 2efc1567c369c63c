import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import { listTaskPorts } from '../../plan/names';
import { isCovered } from '../../plan/ranges';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { coversPorts, EVERYWHERE, portOf, type PortRange } from '../aws/permission';
import { readPrefixLists, type PrefixList } from './prefix-lists';
import { readSubnets } from './subnets';
import { saySomeShutIn, sayTasksShutIn, sayTasksHalfShutIn } from './texts/egress';

/** Whom something is sent to: the members of a group, or whoever is in these ranges. */
export interface Destination {
  /** an id; absent: it is not made yet, and no rule can name it */
  group?: string | undefined;
  ranges: string[];
}

const HTTPS = portOf('tcp', 443);

/** Ports of the tasks at which the load balancer of users asks them. */
export const listExposedPorts = ({ services }: Pick<Plan, 'services'>): PortRange[] =>
  Object.values(services).flatMap(({ expose, port }) => (expose ? [portOf('tcp', port)] : []));

/** Ports at which tasks ask each other: gossip goes by TCP too. Source: grafana/dskit, kv/memberlist/tcp_transport.go. */
export const listPeerPorts = (plan: Plan): PortRange[] => listTaskPorts(plan).ports.map((port) => portOf('tcp', port));

/** The tasks: their group, and the subnets that they run in. */
export async function locateTasks(deps: Deps, network: Network, group: string | undefined): Promise<Destination> {
  const { privateSubnets } = network;
  const subnets = privateSubnets.length > 0 ? await readSubnets(deps, privateSubnets) : [];
  return {
    group,
    ranges: subnets.map(({ CidrBlock }) => CidrBlock!),
  };
}

/**
 * What none of somebody else's groups lets out to where it has to go. AWS lets everything out of a group that nobody has
 * changed, and the run adds no rule that does.
 */
export async function findShutIn(
  deps: Deps,
  groups: SecurityGroup[],
  ports: PortRange[],
  to: Destination,
): Promise<Finding[]> {
  const egress = await readEgress(deps, groups);
  const shut = ports.filter((port) => {
    const { groups: named, ranges } = listDestinations(egress, port);
    return !named.includes(to.group) && !to.ranges.every((range) => isCovered(range, ranges));
  });
  return shut.length === 0 ? [] : [saySomeShutIn(groups, shut, to.ranges)];
}

/** Whether tasks reach what they start with: their images, secrets, S3 and their log groups, all by HTTPS. */
export async function findTasksShutIn(deps: Deps, group: SecurityGroup): Promise<Finding[]> {
  const { groups, ranges } = listDestinations(await readEgress(deps, [group]), HTTPS);
  if (isCovered(EVERYWHERE, ranges)) return [];
  return [ranges.length + groups.length === 0 ? sayTasksShutIn(group) : sayTasksHalfShutIn(group, ranges)];
}

/** What groups let out, and what their prefix lists hold. */
interface Egress {
  permissions: IpPermission[];
  lists: PrefixList[];
}

async function readEgress(deps: Deps, groups: SecurityGroup[]): Promise<Egress> {
  const permissions = groups.flatMap(({ IpPermissionsEgress = [] }) => IpPermissionsEgress);
  return {
    permissions,
    lists: await readPrefixLists(deps, permissions.flatMap(listIds)),
  };
}

const listIds = ({ PrefixListIds = [] }: IpPermission): string[] =>
  PrefixListIds.map(({ PrefixListId }) => PrefixListId!);

/** Where a port is let out to; ranges of prefix lists are among them. */
function listDestinations({ permissions, lists }: Egress, port: PortRange) {
  const covering = permissions.filter((permission) => coversPorts(permission, port));
  const ids = covering.flatMap(listIds);
  return {
    groups: covering.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map(({ GroupId }) => GroupId)),
    ranges: [
      ...covering.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp!)),
      ...lists.filter(({ id }) => ids.includes(id)).flatMap((list) => list.ranges),
    ],
  };
}
