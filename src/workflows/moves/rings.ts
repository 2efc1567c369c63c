import type { Platform } from '../../contract/platform';
import type { PeerName, Ring } from '../../contract/probes';
import type { Plan } from '../../plan/schema';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { lookUntilRight } from './looks';
import { findProbePlace, writeProbeRemoval } from './probe';
import { tellOpenRings, tellUnanswered, tellUnprovableRings } from './texts';

/**
 * A join that fails is silent: two rings of one, both ready. So before any traffic each task of a ring must see all, and
 * each service must be answered by its name, by which its peers ask it.
 * @param counts of the services that are looked at
 * @throws ApplicationFailure NotInRing: the deploy holds
 */
export async function proveRings(
  run: Run,
  subnets: string[],
  platform: Platform,
  { images, counts }: Pick<Release, 'images' | 'counts'>,
): Promise<void> {
  const rings = listRings(run.plan, counts);
  if (rings.length === 0) return;
  const names = rings.map(({ service }) => service).join(', ');
  const probe = findProbePlace(run, subnets, platform, images);
  if (!probe) throw failFor('NotInRing', tellUnprovableRings(names));
  writeProbeRemoval(run);
  // members that missed each other at their start look again every half minute (rejoin_interval)
  await lookUntilRight(
    () =>
      perform('checkRings', `rings of ${names}: does each task see all`, {
        probe,
        purpose: run.facts.nextPurpose('rings'),
        rings,
        names: listNames(run.plan, counts),
      }),
    ({ problems, unanswered = [] }) => [...problems, ...unanswered],
    ({ problems, unanswered = [] }) => failFor('NotInRing', tellUnproven(problems, unanswered)),
  );
  const closed = rings.map(({ service, count }) => `${service} ${count} of ${count}`);
  run.progress.addEvent(`rings closed: ${closed.join(', ')}`);
}

/** How the services that are looked at are asked by others. */
const listNames = ({ services, namespace }: Plan, counts: Record<string, number>): PeerName[] =>
  Object.keys(counts)
    .filter((service) => counts[service]! > 0)
    .map((service) => ({
      service,
      origin: `http://${service}.${namespace}:${services[service]!.port}`,
      path: services[service]!.health.path,
    }));

const tellUnproven = (problems: string[], unanswered: string[]): string =>
  [
    ...(problems.length > 0 ? [tellOpenRings(problems)] : []),
    ...(unanswered.length > 0 ? [tellUnanswered(unanswered)] : []),
  ].join('; ');

/** Services of several tasks that tell who is in their ring. */
function listRings({ services }: Plan, counts: Record<string, number>): Ring[] {
  return Object.entries(counts).flatMap(([service, count]) => {
    const { ring, port } = services[service]!;
    if (!ring || count < 2) return [];
    const place = {
      path: ring.path,
      port: ring.port ?? port,
    };
    return [
      {
        service,
        count,
        ...place,
      },
    ];
  });
}
