import type { ProbePlace } from '../../contract/probes';
import { nameLogGroup, PROBE_FAMILY } from '../../plan/names';
import type { Run } from '../engine/run';
import type { Platform } from '../../contract/platform';
import { writeRemoval } from '../engine/resource';

/** Where probes run; null where the plan has no service whose image can. */
export function findProbePlace(
  { plan, owner }: Run,
  subnets: string[],
  platform: Platform,
  images: Record<string, string>,
): ProbePlace | null {
  const service = Object.keys(plan.services).find((name) => plan.services[name]!.probe);
  if (service === undefined) return null;
  return {
    owner,
    cluster: platform.cluster,
    region: plan.region,
    image: images[service]!,
    executionRole: platform.executionRole,
    subnets,
    securityGroup: platform.taskSecurityGroup,
    logGroup: nameLogGroup(plan, service),
  };
}

/** Its task definition is the only thing a probe leaves; written down before the first. */
export function writeProbeRemoval(run: Run): void {
  const input = { owner: run.owner, family: PROBE_FAMILY };
  writeRemoval(run, `deregister task definition ${PROBE_FAMILY}`, 'removeTaskDefinition', input);
}
