import {
  DescribeSecurityGroupsCommand,
  type Route,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { Finding } from '../../contract/findings';
import { isCovered } from '../../plan/ranges';
import type { Plan } from '../../plan/schema';
import { isWithin } from '../../plan/zone';
import type { Deps } from '../clients';
import { coversPorts, EVERYWHERE, portOf } from '../aws/permission';
import { listZones } from './private-zones';
import { findRouteTable, listRoutes } from './route-tables';
import { sayEndpointsElsewhere, sayEndpointShut, sayNoS3Endpoint, sayNoWayOut, sayWayOut } from './texts/endpoints';

/** Service → its name in DNS, before the region: by which tasks get their images and secrets, and tell their logs. */
const INTERFACES = {
  'ecr.api': 'api.ecr',
  'ecr.dkr': 'dkr.ecr',
  logs: 'logs',
  secretsmanager: 'secretsmanager',
};
const S3 = 's3';
const DNS_NAMES: Record<string, string> = {
  ...INTERFACES,
  [S3]: S3,
};
const HTTPS = portOf('tcp', 443);
/** All that no other route is for; some write its halves. */
const ELSEWHERE = [EVERYWHERE, '0.0.0.0/1', '128.0.0.0/1'];

/** The private subnets, and what leads out of them. */
interface Ways {
  vpcId: string;
  subnets: Subnet[];
  tables: RouteTable[];
  endpoints: VpcEndpoint[];
}

/**
 * How tasks in private subnets reach AWS: by a route out, or by endpoints. An endpoint whose name is private is asked
 * whatever routes there are, so that one which lets no task in is worse than none.
 * Source: AWS, "Amazon ECS interface VPC endpoints", and "Amazon ECR interface VPC endpoints".
 */
export async function judgeWayOut(
  deps: Deps,
  plan: Plan,
  { vpcId, subnets, tables, endpoints }: Ways,
): Promise<Finding[]> {
  const ids = subnets.map(({ SubnetId }) => SubnetId!).sort();
  const there = endpoints.filter(({ State }) => State?.toLowerCase() === 'available');
  const closed = ids.filter((id) => !listRoutes(tables, id).some(isWayOut));
  const byName = listNeeded(plan).map((service) => ({
    service,
    found: findInterface(there, service),
  }));
  const withoutS3 = ids.filter((id) => !there.some((each) => isGateway(each, tables, id)));
  const byInterface = findInterface(there, S3);
  const missing = [
    ...byName.flatMap(({ service, found }) => (found ? [] : [service])),
    ...(!byInterface && withoutS3.some((id) => closed.includes(id)) ? [S3] : []),
  ];
  const shut = await findShut(deps, subnets, [
    ...byName.flatMap(({ found }) => found ?? []),
    ...(byInterface ? [byInterface] : []),
  ]);
  return [
    closed.length === 0 || missing.length === 0 ? sayWayOut() : await judgeMissing(deps, plan, vpcId, closed, missing),
    ...shut.map(({ endpoint, groups, ranges }) => sayEndpointShut(endpoint, groups, ranges)),
    ...(withoutS3.length > 0 && closed.length === 0 ? [sayNoS3Endpoint(withoutS3)] : []),
  ];
}

/** Secrets are asked for only by who has some. */
function listNeeded({ services }: Plan): (keyof typeof INTERFACES)[] {
  const hasSecrets = Object.values(services).some(({ secrets }) => Object.keys(secrets).length > 0);
  const needed = Object.keys(INTERFACES) as (keyof typeof INTERFACES)[];
  return needed.filter((service) => hasSecrets || service !== 'secretsmanager');
}

/** A hub's endpoints are reached by private zones of their names, which somebody made: where those lead is not seen here. */
async function judgeMissing(
  deps: Deps,
  { region }: Plan,
  vpcId: string,
  closed: string[],
  missing: string[],
): Promise<Finding> {
  const zones = (await listZones(deps, region, vpcId)).map(({ name }) => name);
  const nameOf = (service: string) => `${DNS_NAMES[service]}.${region}.amazonaws.com`;
  const unnamed = missing.filter((service) => !zones.some((zone) => isWithin(zone, nameOf(service))));
  return unnamed.length > 0 ? sayNoWayOut(closed, unnamed) : sayEndpointsElsewhere(closed, missing.map(nameOf));
}

const isFor = ({ ServiceName = '' }: VpcEndpoint, service: string): boolean => ServiceName.endsWith(`.${service}`);

/** Only one with a private name is asked by who knows the service's own name. */
const findInterface = (endpoints: VpcEndpoint[], service: string): VpcEndpoint | undefined =>
  endpoints.find(
    (endpoint) =>
      isFor(endpoint, service) && endpoint.VpcEndpointType === 'Interface' && endpoint.PrivateDnsEnabled === true,
  );

/** A gateway is a route, in the tables that it names. */
function isGateway(endpoint: VpcEndpoint, tables: RouteTable[], subnet: string): boolean {
  const { VpcEndpointType, RouteTableIds = [] } = endpoint;
  const table = findRouteTable(tables, subnet)?.RouteTableId;
  return isFor(endpoint, S3) && VpcEndpointType === 'Gateway' && table !== undefined && RouteTableIds.includes(table);
}

/** An endpoint, its groups, and the subnets' ranges that these keep out. */
interface Shut {
  endpoint: VpcEndpoint;
  groups: SecurityGroup[];
  ranges: string[];
}

/** A rule for the tasks' group would let them in too, but the run makes that group, and nobody can name it before. */
async function findShut({ clients }: Deps, subnets: Subnet[], endpoints: VpcEndpoint[]): Promise<Shut[]> {
  const ids = endpoints.flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId!));
  if (ids.length === 0) return [];
  const command = new DescribeSecurityGroupsCommand({ GroupIds: [...new Set(ids)] });
  const { SecurityGroups = [] } = await clients.ec2.send(command);
  return endpoints.flatMap((endpoint) => {
    const groups = SecurityGroups.filter(({ GroupId }) => endpoint.Groups?.some((each) => each.GroupId === GroupId));
    const ranges = subnets.map(({ CidrBlock }) => CidrBlock!).filter((range) => !isLetIn(groups, range));
    const isShut = ranges.length > 0 && !groups.some(letsGroupsIn);
    return isShut ? [{ endpoint, groups, ranges }] : [];
  });
}

const listHttps = (groups: SecurityGroup[]) =>
  groups.flatMap(({ IpPermissions = [] }) => IpPermissions.filter((permission) => coversPorts(permission, HTTPS)));

const isLetIn = (groups: SecurityGroup[], range: string): boolean =>
  isCovered(
    range,
    listHttps(groups).flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp!)),
  );

/** Some group, or the ranges of some list: whether tasks are in it is not known here. */
const letsGroupsIn = (group: SecurityGroup): boolean =>
  listHttps([group]).some(
    ({ UserIdGroupPairs = [], PrefixListIds = [] }) => UserIdGroupPairs.length + PrefixListIds.length > 0,
  );

/**
 * Tasks have no public address: an internet gateway is no way out for them, and a route to a NAT gateway that is gone is
 * a blackhole. An endpoint is that of a firewall, or of what inspects.
 */
function isWayOut(route: Route): boolean {
  const { DestinationCidrBlock, State, GatewayId = '', NatGatewayId, TransitGatewayId, NetworkInterfaceId } = route;
  if (!ELSEWHERE.includes(DestinationCidrBlock ?? '') || State === 'blackhole') return false;
  const leadsOn = NatGatewayId ?? TransitGatewayId ?? NetworkInterfaceId ?? route.CoreNetworkArn;
  return leadsOn !== undefined || /^(vpce|vgw)-/.test(GatewayId);
}
