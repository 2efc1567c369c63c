import { isIPv4 } from 'node:net';
import {
  paginateDescribeInstances,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
  type UserIdGroupPair,
} from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { PortSources } from '../../contract/ingest';
import type { Sender } from '../../contract/senders';
import type { IngestPort } from '../../plan/ingest';
import { isCovered } from '../../plan/ranges';
import { listRanges } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isWithinAny } from '../host/peers';
import { collect } from '../pages';
import { coversPorts, portOf } from '../aws/permission';
import { readPrefixLists, type PrefixList } from './prefix-lists';
import { PRIVATE } from './reach';
import { sayHiddenBarred, sayManyRules, sayOnlyPublic, saySourcesLeft } from './texts/ingest';

/** Of a group, inbound, by AWS's default. */
const MOST_RULES = 60;

export interface Sources {
  sources: PortSources[];
  /** that some sources are */
  prefixLists: PrefixList[];
  /** names of the hosts' own */
  groups: string[];
  /** whom the hosts let in at these ports, and an ingest can't, in words */
  left: string[];
}

/** Who may come to each port: whom the hosts let in there, and whom the plan names. */
export async function findSources(deps: Deps, plan: Plan, ports: IngestPort[], { vpcId }: Network): Promise<Sources> {
  const groups = await listGroupsOfHosts(deps, plan.source.instances);
  const permissions = groups.flatMap((group) => placePermissions(group, vpcId));
  const sources = ports.map((port) => collectSources(port, permissions, plan.ingest!.from));
  return {
    sources,
    prefixLists: await readPrefixLists(
      deps,
      sources.flatMap(({ prefixLists }) => prefixLists),
    ),
    groups: groups.map(({ GroupName }) => GroupName!),
    left: [...new Set(ports.flatMap((port) => listCovering(port, permissions).flatMap(listLeft)))],
  };
}

/** Ports to which nobody would come, and rules that AWS would not take. */
export function findSourceProblems(
  { name, securityGroup }: NonNullable<Plan['ingest']>,
  network: Network,
  { sources, prefixLists, left }: Sources,
): Finding[] {
  const inside = [...PRIVATE, ...listRanges(network)];
  const listsOf = (source: PortSources) => prefixLists.filter(({ id }) => source.prefixLists.includes(id));
  const rangesOf = (source: PortSources) => [...source.ranges, ...listsOf(source).flatMap((list) => list.ranges)];
  const barred = sources.filter((source) => {
    const ranges = rangesOf(source);
    return ranges.length > 0 && source.groups.length === 0 && !ranges.some((range) => mayHold(range, inside));
  });
  const rules = sources
    .flatMap((source) => [source.ranges.length, source.groups.length, ...listsOf(source).map(({ size }) => size)])
    .reduce((sum, count) => sum + count, 0);
  const ranges = [...new Set(barred.flatMap(rangesOf))];
  const ports = barred.map(({ port }) => port);
  return [
    ...(barred.length > 0 ? [sayOnlyPublic(name, ports, ranges)] : []),
    ...(left.length > 0 ? [saySourcesLeft(left)] : []),
    ...(rules > MOST_RULES ? [sayManyRules(securityGroup, rules, MOST_RULES)] : []),
  ];
}

/**
 * Senders of the VPC that show a public address to the hosts, which is admitted there: to the ingest they come with their
 * own, which has to be admitted too. Whose it is can't be seen, so that all of the VPC's have to be, or some group is.
 */
export function findHidden(name: string, network: Network, senders: Sender[], sources: PortSources[]): Finding[] {
  const hidden = senders.filter(({ peer, move }) => move === 'by-name' && !isWithinAny(peer, PRIVATE) && isIPv4(peer));
  const barred = hidden.filter(({ port }) => {
    const source = sources.find((each) => each.port === port);
    if (!source || source.groups.length + source.prefixLists.length > 0) return false;
    return !listRanges(network).every((range) => isCovered(range, source.ranges));
  });
  return barred.length > 0 ? [sayHiddenBarred(name, barred, listRanges(network))] : [];
}

/** Whether somebody inside may be in a range. @param inside private ranges, and whatever ones the VPC has */
function mayHold(range: string, inside: string[]): boolean {
  const [start] = range.split('/') as [string];
  return isWithinAny(start, inside) || inside.some((space) => isWithinAny(space.split('/')[0]!, [range]));
}

/** IPv6, and groups that another account has or that are gone: a rule with them alone would be refused. */
function listLeft({ Ipv6Ranges = [], UserIdGroupPairs = [] }: IpPermission): string[] {
  const stale = UserIdGroupPairs.filter((pair) => !canRefer(pair));
  return [
    ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6!),
    ...stale.map(({ GroupId, UserId, PeeringStatus }) => `${GroupId} of ${UserId} (peering ${PeeringStatus})`),
  ];
}

/** A group without a state is of the host's own VPC, to which the ingest's may be a stranger. */
function placePermissions({ VpcId, IpPermissions = [] }: SecurityGroup, vpcId: string): IpPermission[] {
  if (VpcId === vpcId) return IpPermissions;
  return IpPermissions.map((permission) => ({
    ...permission,
    UserIdGroupPairs: (permission.UserIdGroupPairs ?? []).map((pair) => ({
      ...pair,
      PeeringStatus: pair.PeeringStatus ?? `none with ${vpcId}`,
    })),
  }));
}

/** A group of a peered VPC has a state, and one of the VPC itself none. */
const canRefer = ({ PeeringStatus = 'active' }: UserIdGroupPair): boolean => PeeringStatus === 'active';

/** By filter: one that EC2 has forgotten is no error, and lets nobody in. */
async function listGroupsOfHosts({ clients }: Deps, instances: string[]): Promise<SecurityGroup[]> {
  const named = {
    Name: 'instance-id',
    Values: instances,
  };
  const Reservations = await collect(
    paginateDescribeInstances({ client: clients.ec2 }, { Filters: [named] }),
    (page) => page.Reservations,
  );
  const found = Reservations.flatMap(({ Instances = [] }) => Instances);
  const ids = found.flatMap(({ SecurityGroups = [] }) => SecurityGroups.map(({ GroupId }) => GroupId!));
  if (ids.length === 0) return [];
  const command = new DescribeSecurityGroupsCommand({
    GroupIds: [...new Set(ids)],
  });
  const { SecurityGroups = [] } = await clients.ec2.send(command);
  return SecurityGroups;
}

function listCovering({ port, protocol }: IngestPort, permissions: IpPermission[]): IpPermission[] {
  return permissions.filter((permission) => coversPorts(permission, portOf(protocol, port)));
}

function collectSources(ingestPort: IngestPort, permissions: IpPermission[], from: string[]): PortSources {
  const { port, protocol } = ingestPort;
  const covering = listCovering(ingestPort, permissions);
  const pairs = covering.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.filter(canRefer));
  const unique = (values: string[]) => [...new Set(values)].sort();
  return {
    port,
    protocol,
    ranges: unique([...covering.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp!)), ...from]),
    groups: unique(pairs.map(({ GroupId }) => GroupId!)),
    prefixLists: unique(covering.flatMap(({ PrefixListIds = [] }) => PrefixListIds.map((list) => list.PrefixListId!))),
  };
}
