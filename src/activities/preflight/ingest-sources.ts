import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { PortSources } from '../../contract/ingest';
import type { IngestPort } from '../../plan/ingest';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { coversPorts } from './permission';

/** Who may come to each port: whom the hosts let in there, and whom the plan names; `groups`: the hosts' own. */
export async function findSources(
  deps: Deps,
  plan: Plan,
  ports: IngestPort[],
): Promise<{ sources: PortSources[]; groups: string[] }> {
  const groups = await listGroupsOfHosts(deps, plan.source.instances);
  const permissions = groups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  return {
    sources: ports.map((port) => collectSources(port, permissions, plan.ingest!.from)),
    groups: groups.map(({ GroupName }) => GroupName!),
  };
}

/** By filter: one that EC2 has forgotten is no error, and lets nobody in. */
async function listGroupsOfHosts({ clients }: Deps, instances: string[]): Promise<SecurityGroup[]> {
  const named = {
    Name: 'instance-id',
    Values: instances,
  };
  const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ Filters: [named] }));
  const found = Reservations.flatMap(({ Instances = [] }) => Instances);
  const ids = found.flatMap(({ SecurityGroups = [] }) => SecurityGroups.map(({ GroupId }) => GroupId!));
  if (ids.length === 0) return [];
  const command = new DescribeSecurityGroupsCommand({ GroupIds: [...new Set(ids)] });
  const { SecurityGroups = [] } = await clients.ec2.send(command);
  return SecurityGroups;
}

function collectSources({ port, protocol }: IngestPort, permissions: IpPermission[], from: string[]): PortSources {
  const wanted = {
    IpProtocol: protocol,
    FromPort: port,
    ToPort: port,
  };
  const covering = permissions.filter((permission) => coversPorts(permission, wanted));
  const unique = (values: string[]) => [...new Set(values)].sort();
  return {
    port,
    protocol,
    ranges: unique([...covering.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp!)), ...from]),
    groups: unique(covering.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map(({ GroupId }) => GroupId!))),
    prefixLists: unique(covering.flatMap(({ PrefixListIds = [] }) => PrefixListIds.map((list) => list.PrefixListId!))),
  };
}
