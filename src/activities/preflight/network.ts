import {
  DescribeVpcAttributeCommand,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
  type Filter,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { judgeWayOut } from './endpoints';
import type { Look } from './finding';
import { findingsOf, unlessDenied } from './reading';
import {
  sayAttributeOff,
  saySubnets,
  sayTooFewZones,
  sayVpc,
  sayVpcAmbiguous,
  type SubnetChoice,
} from './texts/network';

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
export async function lookAtNetwork(deps: Deps, plan: Plan): Promise<NetworkLook> {
  const { network } = plan;
  const { ec2 } = deps.clients;
  const vpcs = await unlessDenied(listVpcs(deps, network.vpc));
  if (!vpcs)
    return {
      network: NOWHERE,
      findings: [],
    };
  const [vpc] = vpcs;
  if (!vpc || vpcs.length > 1) {
    return {
      network: NOWHERE,
      findings: [sayVpcAmbiguous(network.vpc, vpcs.length)],
    };
  }
  const vpcId = vpc.VpcId!;
  const inVpc = { Name: 'vpc-id', Values: [vpcId] };
  const client = { client: ec2 };
  const [inside, outside, tables, endpoints, attributes] = await Promise.all([
    unlessDenied(listSubnets(deps, inVpc, network.privateSubnets)),
    unlessDenied(listSubnets(deps, inVpc, network.publicSubnets)),
    unlessDenied(collect(paginateDescribeRouteTables(client, { Filters: [inVpc] }), (page) => page.RouteTables)),
    unlessDenied(collect(paginateDescribeVpcEndpoints(client, { Filters: [inVpc] }), (page) => page.VpcEndpoints)),
    unlessDenied(readAttributes(deps, vpcId)),
  ]);
  return {
    network: {
      vpcId,
      vpcCidr: vpc.CidrBlock!,
      ...listAdded(vpc),
      privateSubnets: onePerZone(inside ?? []),
      publicSubnets: onePerZone(outside ?? []),
    },
    findings: [
      sayVpc(network.vpc, vpcId),
      ...judgeSubnets({ key: 'privateSubnets', name: network.privateSubnets }, vpcId, inside),
      ...judgeSubnets({ key: 'publicSubnets', name: network.publicSubnets }, vpcId, outside),
      ...(attributes ? judgeAttributes(vpcId, attributes) : []),
      ...(inside && tables && endpoints
        ? await findingsOf(judgeWayOut(deps, plan, { vpcId, subnets: inside, tables, endpoints }))
        : []),
    ],
  };
}

function listAdded({ CidrBlock, CidrBlockAssociationSet = [] }: Vpc): Pick<Network, 'addedCidrs'> {
  const associated = CidrBlockAssociationSet.filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated');
  const added = associated.flatMap((each) => each.CidrBlock ?? []).filter((range) => range !== CidrBlock);
  return added.length > 0 ? { addedCidrs: added.sort() } : {};
}

/** Without both, no private zone answers in the VPC, that of Cloud Map included. Source: AWS, "DNS attributes for your VPC". */
const DNS_ATTRIBUTES = [
  {
    name: 'enableDnsSupport',
    answer: 'EnableDnsSupport',
    option: '--enable-dns-support',
  },
  {
    name: 'enableDnsHostnames',
    answer: 'EnableDnsHostnames',
    option: '--enable-dns-hostnames',
  },
] as const;
type DnsAttribute = (typeof DNS_ATTRIBUTES)[number];

/** Those that are off. */
async function readAttributes({ clients }: Deps, VpcId: string): Promise<DnsAttribute[]> {
  const answers = await Promise.all(
    DNS_ATTRIBUTES.map(({ name }) => clients.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: name }))),
  );
  return DNS_ATTRIBUTES.filter(({ answer }, index) => answers[index]![answer]?.Value !== true);
}

const judgeAttributes = (vpcId: string, off: DnsAttribute[]): Finding[] =>
  off.map(({ name, option }) => sayAttributeOff(vpcId, name, option));

/** @param found absent: nobody knows them, which is a finding of its own */
const judgeSubnets = (wanted: SubnetChoice, vpcId: string, found: Subnet[] | undefined): Finding[] =>
  found ? [judgeZones(wanted, vpcId, found)] : [];

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
