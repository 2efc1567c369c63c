import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type IpPermission,
  type NetworkInterface,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Deps } from '../clients';
import { mountTargets } from '../host/grafana';
import {
  sayFileSystem,
  sayFileSystemClosed,
  sayFileSystemElsewhere,
  sayNoMountTargets,
  saySqliteOnEfs,
  sayZonesWithoutTarget,
} from './texts/grafana';

const NFS = 2049;
const LAST_PORT = 65_535;

/** Whether an EFS has a mount target in each zone of the tasks, open to them and to the host. */
export async function judgeFileSystem(deps: Deps, id: string, network: Network): Promise<Finding[]> {
  const targets = await mountTargets(deps, id);
  const [first] = targets;
  if (!first) return [sayNoMountTargets(id)];
  const zones = await readZones(deps, network.privateSubnets);
  const bare = zones.filter((zone) => !targets.some(({ AvailabilityZone }) => AvailabilityZone === zone));
  const groups = groupsOf(targets);
  const isOpen = await letsNfsIn(deps, groups);
  const isHere = first.VpcId === network.vpcId;
  return [
    isHere ? sayFileSystem(id, targets.length) : sayFileSystemElsewhere(id, first.VpcId, network.vpcId),
    ...(bare.length > 0 ? [sayZonesWithoutTarget(id, bare)] : []),
    ...(isOpen ? [] : [sayFileSystemClosed(id, groups, network.vpcCidr)]),
    saySqliteOnEfs(),
  ];
}

async function readZones({ clients: { ec2 } }: Deps, subnets: string[]): Promise<(string | undefined)[]> {
  if (subnets.length === 0) return [];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnets }));
  return Subnets.map(({ AvailabilityZone }) => AvailabilityZone);
}

function groupsOf(targets: NetworkInterface[]): string[] {
  const groups = targets.flatMap(({ Groups = [] }) => Groups);
  return [...new Set(groups.map(({ GroupId }) => GroupId!))];
}

async function letsNfsIn({ clients: { ec2 } }: Deps, groups: string[]): Promise<boolean> {
  if (groups.length === 0) return false;
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: groups }));
  return SecurityGroups.some(({ IpPermissions = [] }: SecurityGroup) => IpPermissions.some(isForNfs));
}

function isForNfs({ IpProtocol, FromPort = 0, ToPort = LAST_PORT, IpRanges = [] }: IpPermission): boolean {
  const coversPort = IpProtocol === '-1' || (FromPort <= NFS && NFS <= ToPort);
  return coversPort && IpRanges.length > 0;
}
