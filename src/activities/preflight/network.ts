import {
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
  type Filter,
  type Route,
  type RouteTable,
  type Subnet,
  type Vpc,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { collect } from '../pages';
import type { Look } from './finding';
import {
  sayNoWayOut,
  saySubnets,
  sayTooFewZones,
  sayVpc,
  sayVpcAmbiguous,
  sayWayOut,
  type SubnetChoice,
} from './texts/network';

/** What a task in a private subnet must reach where there is no NAT. */
const ENDPOINTS = ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'];
/** A load balancer wants subnets in two. */
const ZONES_NEEDED = 2;
/** No VPC was found: questions that need one ask nothing. */
const NOWHERE: Network = {
  vpcId: '',
  vpcCidr: '',
  privateSubnets: [],
  publicSubnets: [],
};

export interface NetworkLook extends Look {
  network: Network;
}

/** VPC, subnets in two zones each, and the private ones' way out. */
export async function lookAtNetwork(deps: Deps, { network }: Plan): Promise<NetworkLook> {
  const { ec2 } = deps.clients;
  const vpcs = await listVpcs(deps, network.vpc);
  const [vpc] = vpcs;
  if (!vpc || vpcs.length > 1) {
    return {
      network: NOWHERE,
      findings: [sayVpcAmbiguous(network.vpc, vpcs.length)],
    };
  }
  const vpcId = vpc.VpcId!;
  const inVpc = { Name: 'vpc-id', Values: [vpcId] };
  const [inside, outside, routeTables, endpoints] = await Promise.all([
    listSubnets(deps, inVpc, network.privateSubnets),
    listSubnets(deps, inVpc, network.publicSubnets),
    collect(paginateDescribeRouteTables({ client: ec2 }, { Filters: [inVpc] }), (page) => page.RouteTables),
    collect(paginateDescribeVpcEndpoints({ client: ec2 }, { Filters: [inVpc] }), (page) => page.VpcEndpoints),
  ]);
  return {
    network: {
      vpcId,
      vpcCidr: vpc.CidrBlock!,
      privateSubnets: onePerZone(inside),
      publicSubnets: onePerZone(outside),
    },
    findings: [
      sayVpc(network.vpc, vpcId),
      judgeZones({ key: 'privateSubnets', name: network.privateSubnets }, vpcId, inside),
      judgeZones({ key: 'publicSubnets', name: network.publicSubnets }, vpcId, outside),
      judgeWayOut(inside, routeTables, endpoints),
    ],
  };
}

/** @param wanted an id or a Name tag */
async function listVpcs(deps: Deps, wanted: string): Promise<Vpc[]> {
  const { ec2 } = deps.clients;
  const name = wanted.startsWith('vpc-') ? 'vpc-id' : 'tag:Name';
  const Vpcs = await collect(
    paginateDescribeVpcs({ client: ec2 }, { Filters: [{ Name: name, Values: [wanted] }] }),
    (page) => page.Vpcs,
  );
  return Vpcs;
}

async function listSubnets(deps: Deps, inVpc: Filter, name: string): Promise<Subnet[]> {
  const { ec2 } = deps.clients;
  const named = { Name: 'tag:Name', Values: [name] };
  const Subnets = await collect(
    paginateDescribeSubnets({ client: ec2 }, { Filters: [inVpc, named] }),
    (page) => page.Subnets,
  );
  return Subnets;
}

/** A load balancer takes one subnet of a zone. */
function onePerZone(subnets: Subnet[]): string[] {
  const byZone = new Map(subnets.map(({ AvailabilityZone, SubnetId }) => [AvailabilityZone, SubnetId!]));
  return [...byZone.values()].sort();
}

function judgeZones(choice: SubnetChoice, vpcId: string, subnets: Subnet[]): Finding {
  const zones = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size;
  if (zones < ZONES_NEEDED) {
    return sayTooFewZones(choice, vpcId, zones);
  }
  return saySubnets(choice, subnets.length, zones);
}

function judgeWayOut(subnets: Subnet[], tables: RouteTable[], endpoints: VpcEndpoint[]): Finding {
  const missing = ENDPOINTS.filter((service) => !endpoints.some((endpoint) => isFor(endpoint, service)));
  const closed = subnets.map(({ SubnetId }) => SubnetId!).filter((id) => !hasWayOut(tables, id));
  return closed.length === 0 || missing.length === 0 ? sayWayOut() : sayNoWayOut(closed, missing);
}

function isFor({ ServiceName }: VpcEndpoint, service: string): boolean {
  return ServiceName?.endsWith(`.${service}`) ?? false;
}

const hasWayOut = (tables: RouteTable[], subnet: string): boolean => listRoutes(tables, subnet).some(isWayOut);

/** A subnet without a table of its own uses the main one. */
export function listRoutes(tables: RouteTable[], subnet: string): Route[] {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  const table = own ?? main;
  return table?.Routes ?? [];
}

/**
 * Tasks have no public address: an internet gateway is no way out for them, and a route to
 * a NAT gateway that is gone is a blackhole.
 */
function isWayOut(route: Route): boolean {
  const { DestinationCidrBlock, State, NatGatewayId, TransitGatewayId, NetworkInterfaceId } = route;
  if (DestinationCidrBlock !== '0.0.0.0/0' || State === 'blackhole') {
    return false;
  }
  return Boolean(NatGatewayId ?? TransitGatewayId ?? NetworkInterfaceId);
}
