import {
  paginateDescribeInstances,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
  type UserIdGroupPair,
} from '@aws-sdk/client-ec2';
import type { Finding } from '../../contract/findings';
import type { PortSources } from '../../contract/ingest';
import type { IngestPort } from '../../plan/ingest';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isWithin } from '../host/peers';
import { collect } from '../pages';
import { coversPorts } from './permission';
import { PRIVATE } from './reach';
import { sayManyRules, sayOnlyPublic, saySourcesLeft } from './texts/ingest';

/** Of a group, inbound, by AWS's default. */
const MOST_RULES = 60;

interface Sources {
  sources: PortSources[];
  /** names of the hosts' own */
  groups: string[];
  /** whom the hosts let in at these ports, and an ingest can't, in words */
  left: string[];
}

/** Who may come to each port: whom the hosts let in there, and whom the plan names. */
export async function findSources(deps: Deps, plan: Plan, ports: IngestPort[]): Promise<Sources> {
  const groups = await listGroupsOfHosts(deps, plan.source.instances);
  const permissions = groups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  return {
    sources: ports.map((port) => collectSources(port, permissions, plan.ingest!.from)),
    groups: groups.map(({ GroupName }) => GroupName!),
    left: [...new Set(ports.flatMap((port) => listCovering(port, permissions).flatMap(listLeft)))],
  };
}

/** Ports to which nobody would come, and rules that AWS would not take. */
export function findSourceProblems(
  { name, securityGroup }: NonNullable<Plan['ingest']>,
  sources: PortSources[],
  left: string[],
): Finding[] {
  const barred = sources.filter(({ ranges, groups, prefixLists }) => {
    return ranges.length > 0 && groups.length + prefixLists.length === 0 && !ranges.some(isPrivateRange);
  });
  const rules = sources.reduce((sum, { ranges, groups, prefixLists }) => {
    return sum + ranges.length + groups.length + prefixLists.length;
  }, 0);
  const ranges = [...new Set(barred.flatMap((source) => source.ranges))];
  const ports = barred.map(({ port }) => port);
  return [
    ...(barred.length > 0 ? [sayOnlyPublic(name, ports, ranges)] : []),
    ...(left.length > 0 ? [saySourcesLeft(left)] : []),
    ...(rules > MOST_RULES ? [sayManyRules(securityGroup, rules, MOST_RULES)] : []),
  ];
}

/** Whether somebody with a private address may be in it. */
function isPrivateRange(range: string): boolean {
  const [start] = range.split('/') as [string];
  return PRIVATE.some((space) => isWithin(start, space) || isWithin(space.split('/')[0]!, range));
}

/** IPv6, and groups that another account has or that are gone: a rule with them alone would be refused. */
function listLeft({ Ipv6Ranges = [], UserIdGroupPairs = [] }: IpPermission): string[] {
  const stale = UserIdGroupPairs.filter((pair) => !canRefer(pair));
  return [
    ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6!),
    ...stale.map(({ GroupId, UserId, PeeringStatus }) => `${GroupId} of ${UserId} (peering ${PeeringStatus})`),
  ];
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
  const wanted = {
    IpProtocol: protocol,
    FromPort: port,
    ToPort: port,
  };
  return permissions.filter((permission) => coversPorts(permission, wanted));
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
