import type { Survey } from '../../contract/findings';
import type { Ring } from '../../contract/probes';
import type { Plan } from '../../plan/schema';
import { perform } from '../engine/activities';
import { failFor } from '../engine/failures';
import type { Run } from '../engine/run';
import type { Platform } from '../engine/release';
import { rest } from '../engine/timers';
import { findProbePlace, writeProbeRemoval } from './probe';
import { tellOpenRings, tellUnprovableRings } from './texts';

/** Members that missed each other at their start look again every half minute (rejoin_interval). */
const LOOKS = 5;
const LOOK_MS = 20_000;

/**
 * A join that fails is silent: two rings of one, both ready. So before any traffic each task of a ring must see all.
 * @throws ApplicationFailure NotInRing: the deploy holds
 */
export async function proveRings(
  run: Run,
  survey: Survey,
  platform: Platform,
  images: Record<string, string>,
): Promise<void> {
  const rings = listRings(run.plan);
  if (rings.length === 0) return;
  const names = rings.map(({ service }) => service).join(', ');
  const probe = findProbePlace(run, survey, platform, images);
  if (!probe) throw failFor('NotInRing', tellUnprovableRings(names));
  writeProbeRemoval(run);
  for (let look = 1; ; look++) {
    const purpose = run.facts.nextPurpose('rings');
    const summary = `rings of ${names}: does each task see all`;
    const { problems } = await perform('checkRings', summary, { probe, purpose, rings });
    if (problems.length === 0) break;
    if (look === LOOKS) throw failFor('NotInRing', tellOpenRings(problems));
    await rest(LOOK_MS, problems[0]!);
  }
  const closed = rings.map(({ service, count }) => `${service} ${count} of ${count}`);
  run.progress.addEvent(`rings closed: ${closed.join(', ')}`);
}

/** Services of several tasks that tell who is in their ring. */
function listRings({ services }: Plan): Ring[] {
  return Object.entries(services).flatMap(([service, { ring, count, port }]) =>
    ring && count > 1
      ? [
          {
            service,
            count,
            path: ring.path,
            port: ring.port ?? port,
          },
        ]
      : [],
  );
}
