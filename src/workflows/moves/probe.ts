import type { ProbePlace } from '../../contract/probes';
import { nameLogGroup, PROBE_FAMILY } from '../../plan/names';
import { failFor } from '../engine/failures';
import type { Release } from '../engine/release';
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

/** Why nobody can be asked. */
export const NO_PROBE = 'no service of the plan has probe: true';

/** Where a probe runs that is about to, with its removal written down. @throws NoProbe */
export function requireProbe(run: Run, subnets: string[], release: Release): ProbePlace {
  const probe = findProbePlace(run, subnets, release, release.images);
  if (!probe) throw failFor('NoProbe', NO_PROBE);
  writeProbeRemoval(run);
  return probe;
}

/** Its task definition is the only thing a probe leaves; written down before the first. */
export function writeProbeRemoval(run: Run): void {
  const input = {
    owner: run.owner,
    family: PROBE_FAMILY,
  };
  writeRemoval(run, `deregister task definition ${PROBE_FAMILY}`, 'removeTaskDefinition', input);
}
