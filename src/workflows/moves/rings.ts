import { ApplicationFailure } from '@temporalio/workflow';
import type { ProbePlace } from '../../contract/probes';
import type { Survey } from '../../contract/findings';
import { logGroupOf, PROBE_FAMILY } from '../../plan/names';
import type { Migration } from '../engine/migration';
import type { Platform } from '../phases/provision';
import { call, wait } from '../engine/activities';

/** Members that missed each other at their start look again every half minute (rejoin_interval). */
const LOOKS = 5;
const LOOK_MS = 20_000;

/** Where probes run; null where the plan has no service whose image can. */
export function probeOf(
  { plan, owner }: Migration,
  found: Survey,
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
    subnets: found.network.privateSubnets,
    securityGroup: platform.taskSecurityGroup,
    logGroup: logGroupOf(plan, service),
  };
}

/** Its task definition is the only thing a probe leaves; written down before the first. */
export function beforeProbe(run: Migration): void {
  const { owner } = run;
  run.before('cleanup', `deregister task definition ${PROBE_FAMILY}`, () =>
    call('removeTaskDefinition', `deregister task definition ${PROBE_FAMILY}`, { owner, family: PROBE_FAMILY }),
  );
}

/**
 * A join that fails is silent: two rings of one, both ready. So before any traffic each task of a ring must see all.
 * @throws ApplicationFailure NotInRing: the deploy holds
 */
export async function ringsClosed(
  run: Migration,
  found: Survey,
  platform: Platform,
  images: Record<string, string>,
): Promise<void> {
  const rings = Object.entries(run.plan.services).flatMap(([service, { ring, count, port }]) =>
    ring && count > 1 ? [{ service, count, path: ring.path, port: ring.port ?? port }] : [],
  );
  if (rings.length === 0) return;
  const names = rings.map(({ service }) => service).join(', ');
  const probe = probeOf(run, found, platform, images);
  if (!probe)
    throw ApplicationFailure.nonRetryable(
      `the rings of ${names} cannot be proven: no service of the plan has probe: true; set it where an image has sh, curl and grep, or take ring out of those services`,
      'NotInRing',
    );
  beforeProbe(run);
  for (let look = 1; ; look++) {
    const { problems } = await wait('checkRings', `rings of ${names}: does each task see all`, {
      probe,
      purpose: run.purpose('rings'),
      rings,
    });
    if (problems.length === 0) break;
    if (look === LOOKS)
      throw ApplicationFailure.nonRetryable(
        `${problems.join('; ')}; check that 7946 TCP and UDP are open between the tasks, then retry`,
        'NotInRing',
      );
    await run.rest(LOOK_MS, problems[0]!);
  }
  run.progress.event(
    `rings closed: ${rings.map(({ service, count }) => `${service} ${count} of ${count}`).join(', ')}`,
  );
}
