import { storeOf } from '../../stores';
import { isPast } from '../../stores/version';
import type { Deps } from '../clients';
import { readMetrics, silentAs } from './asking';
import type { RunningStore } from './stores';
import { describeLaterVersion } from './texts';

/** What a store holds in memory and how often it has stored something, as far as it says. */
export interface StoreCounts {
  held?: number;
  stored?: number;
  /** what waits to be written */
  queued?: number;
}

/**
 * Asks a store on a host for both.
 * @throws ApplicationFailure of type ComponentSilent, also of a version that counts otherwise
 */
export async function readCounts(deps: Deps, running: RunningStore): Promise<StoreCounts> {
  const { request, held, stored, queued = [], until } = storeOf(running.store).metrics;
  const { sumOf, version } = await readMetrics(deps, running, request, [...held, ...stored, ...queued]);
  if (isPast(version, until)) throw silentAs(describeLaterVersion(running.store, version!, until!));
  const [heldNow, storedNow, queuedNow] = [sumOf(held), sumOf(stored), sumOf(queued)];
  return {
    ...(heldNow !== undefined && { held: heldNow }),
    ...(storedNow !== undefined && { stored: storedNow }),
    ...(queuedNow !== undefined && { queued: queuedNow }),
  };
}
