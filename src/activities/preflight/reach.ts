import { isIPv4 } from 'node:net';
import {
  paginateDescribeInstances,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  DescribeVpcsCommand,
  type Filter,
  type Instance,
  type NatGateway,
  type Route,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { Network } from '../../contract/findings';
import type { Deps } from '../clients';
import { isWithinAny } from '../host/peers';
import { collect } from '../pages';
import { readPrefixLists } from './prefix-lists';
import { listRoutes } from './route-tables';

/** Source: RFC 1918, RFC 6598, which VPCs take too, and of IPv6 RFC 4193. */
export const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
const EVERYWHERE = ['0.0.0.0/0', '::/0'];
/** Of one filter. Source: AWS, "Filtering your resources". */
const MOST_VALUES = 200;

/** From where what is internal to a VPC is reached. */
export interface Reach {
  vpcId: string;
  /** all ranges of the VPC */
  ranges: string[];
  /** what its private subnets route to peered networks, transit gateways and VPNs */
  routes: string[];
  /** public address → NAT gateway or instance of this VPC that shows it outside: whoever does is inside */
  shown: Map<string, string>;
  /** private address → the instance of the VPC that has it */
  names: Map<string, string>;
}

/** Nobody was seen, or no VPC was found. */
export const NOWHERE_REACHED: Reach = {
  vpcId: 'the VPC',
  ranges: [],
  routes: [],
  shown: new Map(),
  names: new Map(),
};

/** Where somebody stands, and what of the VPC's own shows his address outside. */
interface Standing {
  isInside: boolean;
  shownBy?: string;
}

/**
 * Reads from where an internal load balancer in the private subnets is reached.
 * @param addresses of those whom it is asked for
 */
export async function readReach(deps: Deps, network: Network, addresses: string[]): Promise<Reach> {
  const { vpcId, privateSubnets } = network;
  const { ec2 } = deps.clients;
  const inVpc = {
    Name: 'vpc-id',
    Values: [vpcId],
  };
  const [{ Vpcs = [] }, routeTables, natGateways, shown, inside] = await Promise.all([
    ec2.send(
      new DescribeVpcsCommand({
        VpcIds: [vpcId],
      }),
    ),
    collect(
      paginateDescribeRouteTables(
        { client: ec2 },
        {
          Filters: [inVpc],
        },
      ),
      (page) => page.RouteTables,
    ),
    collect(
      paginateDescribeNatGateways(
        { client: ec2 },
        {
          Filter: [inVpc, { Name: 'state', Values: ['available'] }],
        },
      ),
      (page) => page.NatGateways,
    ),
    listInstances(deps, inVpc, 'ip-address', addresses.filter(isPublic)),
    listInstances(deps, inVpc, 'private-ip-address', addresses.filter(isPrivate)),
  ]);
  const leading = privateSubnets.flatMap((subnet) => listRoutes(routeTables, subnet)).filter(leadsIn);
  const lists = await readPrefixLists(
    deps,
    leading.flatMap(({ DestinationPrefixListId }) => DestinationPrefixListId ?? []),
  );
  return {
    vpcId,
    ranges: Vpcs.flatMap(listOwnRanges),
    routes: [...leading.flatMap(readRange), ...lists.flatMap(({ ranges }) => ranges)],
    shown: new Map([
      ...natGateways.flatMap(readAddresses),
      ...shown.map((instance): [string, string] => [instance.PublicIpAddress!, nameInstance(instance)]),
    ]),
    names: new Map(inside.map((instance) => [instance.PrivateIpAddress!, nameInstance(instance)])),
  };
}

function listOwnRanges({ CidrBlock, CidrBlockAssociationSet = [], Ipv6CidrBlockAssociationSet = [] }: Vpc): string[] {
  const ranges = [
    CidrBlock,
    ...CidrBlockAssociationSet.map((each) => each.CidrBlock),
    ...Ipv6CidrBlockAssociationSet.map((each) => each.Ipv6CidrBlock),
  ];
  return ranges.filter((range) => range !== undefined);
}

const isPrivate = (address: string): boolean => isWithinAny(address, PRIVATE);
const isPublic = (address: string): boolean => !isPrivate(address);

/** Instances of the VPC that have one of these addresses; one that asks the host at its public address shows its own. */
async function listInstances(
  deps: Deps,
  inVpc: Filter,
  field: 'ip-address' | 'private-ip-address',
  addresses: string[],
): Promise<Instance[]> {
  const values = addresses.filter(isIPv4);
  const found: Instance[] = [];
  for (let first = 0; first < values.length; first += MOST_VALUES) {
    const named = {
      Name: field,
      Values: values.slice(first, first + MOST_VALUES),
    };
    const Reservations = await collect(
      paginateDescribeInstances({ client: deps.clients.ec2 }, { Filters: [inVpc, named] }),
      (page) => page.Reservations,
    );
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  return found;
}

/** `web-1 (i-0abc)` */
function nameInstance({ InstanceId, Tags = [] }: Instance): string {
  const name = Tags.find(({ Key }) => Key === 'Name')?.Value;
  return name ? `${name} (${InstanceId})` : InstanceId!;
}

/** Whether others come in by a route: by one to the internet nobody, nor to a NAT gateway or an instance that is one. */
export function leadsIn(route: Route): boolean {
  const { State, VpcPeeringConnectionId, TransitGatewayId, CoreNetworkArn, GatewayId, NetworkInterfaceId } = route;
  if (State === 'blackhole') return false;
  const leadsOn = VpcPeeringConnectionId ?? TransitGatewayId ?? CoreNetworkArn ?? GatewayId?.startsWith('vgw-');
  const isAppliance = NetworkInterfaceId !== undefined && !readRange(route).some(isEverywhere);
  return Boolean(leadsOn) || isAppliance;
}

const readRange = ({ DestinationCidrBlock, DestinationIpv6CidrBlock }: Route): string[] =>
  [DestinationCidrBlock, DestinationIpv6CidrBlock].filter((range) => range !== undefined);

const isEverywhere = (range: string): boolean => EVERYWHERE.includes(range);

function readAddresses({ NatGatewayId, NatGatewayAddresses = [] }: NatGateway): [address: string, id: string][] {
  return NatGatewayAddresses.flatMap(({ PublicIp }) => (PublicIp ? [[PublicIp, NatGatewayId!]] : []));
}

/** A public address is never routed inwards, unless the VPC's own shows it. */
export function locate(address: string, { ranges, routes, shown }: Reach): Standing {
  const shownBy = shown.get(address);
  if (shownBy !== undefined)
    return {
      isInside: true,
      shownBy,
    };
  if (isWithinAny(address, ranges))
    return {
      isInside: true,
    };
  const wanted = routes.filter((range) => !isEverywhere(range) || !isPublic(address));
  return {
    isInside: isWithinAny(address, wanted),
  };
}
