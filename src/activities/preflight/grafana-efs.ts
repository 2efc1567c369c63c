import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type IpPermission,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import type { Finding, Network } from '../../contract/findings';
import type { Deps } from '../clients';
import { mountTargets } from '../host/grafana';
import { coversPorts } from '../aws/permission';
import { unlessDenied } from './reading';
import {
  sayFileSystem,
  sayFileSystemClosed,
  sayFileSystemElsewhere,
  sayNoMountTargets,
  saySqliteOnEfs,
  sayZonesWithoutTarget,
} from './texts/grafana';

const NFS = {
  IpProtocol: 'tcp',
  FromPort: 2049,
  ToPort: 2049,
};

/** Whether an EFS has a mount target in each zone of the tasks, open to them and the host. */
export async function judgeFileSystem(deps: Deps, id: string, network: Network): Promise<Finding[]> {
  const targets = await mountTargets(deps, id);
  const [first] = targets;
  if (!first) return [sayNoMountTargets(id)];
  const zones = (await unlessDenied(readZones(deps, network.privateSubnets))) ?? [];
  const served = targets.map(({ AvailabilityZone }) => AvailabilityZone);
  const unserved = zones.filter((zone) => !served.includes(zone));
  const groups = groupsOf(targets);
  const isOpen = await unlessDenied(letsNfsIn(deps, groups));
  const findings = network.vpcId === '' ? [] : [judgeVpc(id, targets, network.vpcId)];
  if (unserved.length > 0) findings.push(sayZonesWithoutTarget(id, unserved));
  if (isOpen === false) findings.push(sayFileSystemClosed(id, groups, network.vpcCidr));
  return [...findings, saySqliteOnEfs()];
}

function judgeVpc(id: string, targets: NetworkInterface[], wanted: string): Finding {
  const { VpcId: vpc } = targets[0]!;
  if (vpc !== wanted) return sayFileSystemElsewhere(id, vpc, wanted);
  return sayFileSystem(id, targets.length);
}

async function readZones(deps: Deps, subnets: string[]): Promise<(string | undefined)[]> {
  const { ec2 } = deps.clients;
  if (subnets.length === 0) return [];
  const command = new DescribeSubnetsCommand({ SubnetIds: subnets });
  const { Subnets = [] } = await ec2.send(command);
  return Subnets.map(({ AvailabilityZone }) => AvailabilityZone);
}

function groupsOf(targets: NetworkInterface[]): string[] {
  const groups = targets.flatMap(({ Groups = [] }) => Groups);
  return [...new Set(groups.map(({ GroupId }) => GroupId!))];
}

async function letsNfsIn(deps: Deps, groups: string[]): Promise<boolean> {
  const { ec2 } = deps.clients;
  if (groups.length === 0) return false;
  const command = new DescribeSecurityGroupsCommand({ GroupIds: groups });
  const { SecurityGroups = [] } = await ec2.send(command);
  const permissions = SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  return permissions.some(letsAddressIn);
}

/** A group that lets in another group says nothing of the host. */
function letsAddressIn(permission: IpPermission): boolean {
  const { IpRanges = [] } = permission;
  return coversPorts(permission, NFS) && IpRanges.length > 0;
}
