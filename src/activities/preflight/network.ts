import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import type { Finding, Network } from '../../contract/findings';
import { fail, pass } from './index';

/** What a task in a private subnet must reach where there is no NAT. */
const ENDPOINTS = ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'];

/** VPC, subnets in two zones each, and the private ones' way out. */
export async function lookAtNetwork(
  { clients: { ec2 } }: Deps,
  plan: Plan,
): Promise<{ findings: Finding[]; network: Network }> {
  const { vpc, privateSubnets, publicSubnets } = plan.network;
  const empty: Network = { vpcId: '', vpcCidr: '', privateSubnets: [], publicSubnets: [] };
  const filter = vpc.startsWith('vpc-') ? { Name: 'vpc-id', Values: [vpc] } : { Name: 'tag:Name', Values: [vpc] };
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: [filter] }));
  if (Vpcs.length !== 1) {
    return {
      network: empty,
      findings: [
        fail('vpc', `${Vpcs.length} VPCs are ${vpc}, there must be one`, 'give network.vpc the id of the VPC'),
      ],
    };
  }
  const [found] = Vpcs;
  const VpcId = found!.VpcId!;
  const inVpc = { Name: 'vpc-id', Values: [VpcId] };
  const subnets = async (name: string) =>
    (await ec2.send(new DescribeSubnetsCommand({ Filters: [inVpc, { Name: 'tag:Name', Values: [name] }] }))).Subnets ??
    [];
  const [inside, outside, { RouteTables = [] }, { VpcEndpoints = [] }] = await Promise.all([
    subnets(privateSubnets),
    subnets(publicSubnets),
    ec2.send(new DescribeRouteTablesCommand({ Filters: [inVpc] })),
    ec2.send(new DescribeVpcEndpointsCommand({ Filters: [inVpc] })),
  ]);

  const zones = (of: Subnet[], key: string, name: string): Finding => {
    const count = new Set(of.map(({ AvailabilityZone }) => AvailabilityZone)).size;
    return count >= 2
      ? pass(key, `${of.length} subnets ${name} in ${count} zones`)
      : fail(
          key,
          `subnets ${name} in ${VpcId} are in ${count} zone${count === 1 ? '' : 's'}, two are needed`,
          `add one in another zone, or name others in network.${key}`,
        );
  };
  const missing = ENDPOINTS.filter(
    (service) => !VpcEndpoints.some(({ ServiceName }) => ServiceName?.endsWith(`.${service}`)),
  );
  const closed = inside.filter(({ SubnetId }) => !routesOut(RouteTables, SubnetId!));
  const wayOut =
    closed.length === 0 || missing.length === 0
      ? pass('way out', 'the private subnets reach ECR, S3 and logs')
      : fail(
          'way out',
          `${closed.map(({ SubnetId }) => SubnetId).join(', ')} have no route to a NAT gateway and no endpoint for ${missing.join(', ')}`,
          'add a NAT gateway and its route, or these VPC endpoints',
        );
  return {
    network: {
      vpcId: VpcId,
      vpcCidr: found!.CidrBlock!,
      privateSubnets: onePerZone(inside),
      publicSubnets: onePerZone(outside),
    },
    findings: [
      pass('vpc', `${vpc} is ${VpcId}`),
      zones(inside, 'privateSubnets', privateSubnets),
      zones(outside, 'publicSubnets', publicSubnets),
      wayOut,
    ],
  };
}

/** A load balancer takes one subnet of a zone. */
function onePerZone(subnets: Subnet[]): string[] {
  return [...new Map(subnets.map(({ AvailabilityZone, SubnetId }) => [AvailabilityZone, SubnetId!])).values()].sort();
}

function routesOut(tables: RouteTable[], subnet: string): boolean {
  const own =
    tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
    tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  // tasks have no public address: an internet gateway is no way out for them, and a route to a NAT gateway that is gone is a blackhole
  return (own?.Routes ?? []).some(
    ({ DestinationCidrBlock, State, NatGatewayId, TransitGatewayId, NetworkInterfaceId }) =>
      DestinationCidrBlock === '0.0.0.0/0' &&
      State !== 'blackhole' &&
      Boolean(NatGatewayId ?? TransitGatewayId ?? NetworkInterfaceId),
  );
}
