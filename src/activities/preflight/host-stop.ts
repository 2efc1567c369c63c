import { DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstanceAttributeCommand, DescribeInstanceTypesCommand, type Instance } from '@aws-sdk/client-ec2';
import type { Finding } from '../../contract/findings';
import type { Deps } from '../clients';
import { isAws, isDenied } from '../failures';
import { findingsOf } from './reading';
import {
  sayHostInGroup,
  sayHostProtected,
  sayInstanceStore,
  sayProtectionUnreadable,
  sayVolumesGo,
} from './texts/hosts';

/** What keeps a run from stopping or terminating a host. */
const PROTECTIONS = [
  {
    attribute: 'disableApiTermination',
    field: 'DisableApiTermination',
    verb: 'terminate',
    option: '--no-disable-api-termination',
  },
  {
    attribute: 'disableApiStop',
    field: 'DisableApiStop',
    verb: 'stop',
    option: '--no-disable-api-stop',
  },
] as const;

/**
 * What would be lost, or would not work, when a host is stopped, started again or
 * terminated.
 */
export async function findStopProblems(deps: Deps, instance: Instance): Promise<Finding[]> {
  const findings = await findingsOf(judgeGroup(deps, instance));
  for (const protection of PROTECTIONS) {
    findings.push(...(await findingsOf(judgeProtection(deps, instance, protection))));
  }
  findings.push(...(await findingsOf(judgeStore(deps, instance))));
  return [...findings, ...judgeVolumes(instance)];
}

async function judgeGroup(deps: Deps, { InstanceId }: Instance): Promise<Finding[]> {
  const { autoScaling } = deps.clients;
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [InstanceId!] });
  const { AutoScalingInstances = [] } = await autoScaling.send(command);
  const group = AutoScalingInstances[0]?.AutoScalingGroupName;
  return group ? [sayHostInGroup(InstanceId!, group)] : [];
}

async function judgeProtection(
  deps: Deps,
  { InstanceId }: Instance,
  { attribute, field, verb, option }: (typeof PROTECTIONS)[number],
): Promise<Finding[]> {
  const { ec2 } = deps.clients;
  const id = InstanceId!;
  try {
    const answer = await ec2.send(
      new DescribeInstanceAttributeCommand({
        InstanceId: id,
        Attribute: attribute,
      }),
    );
    return answer[field]?.Value ? [sayHostProtected(id, attribute, option)] : [];
  } catch (error) {
    if (isDenied(error) || !isAws(error)) throw error;
    return [sayProtectionUnreadable(id, attribute, verb, (error as Error).name)];
  }
}

async function judgeStore(deps: Deps, { InstanceId, InstanceType }: Instance): Promise<Finding[]> {
  const { ec2 } = deps.clients;
  const command = new DescribeInstanceTypesCommand({ InstanceTypes: [InstanceType!] });
  const { InstanceTypes = [] } = await ec2.send(command);
  const hasStore = InstanceTypes[0]?.InstanceStorageSupported;
  return hasStore ? [sayInstanceStore(InstanceId!, InstanceType!)] : [];
}

function judgeVolumes({ InstanceId, BlockDeviceMappings = [] }: Instance): Finding[] {
  const going = BlockDeviceMappings.filter(({ Ebs }) => Ebs?.DeleteOnTermination);
  if (going.length === 0) return [];
  const volumes = going.map(({ Ebs }) => Ebs!.VolumeId);
  return [sayVolumesGo(InstanceId!, volumes)];
}
