import { storeOf } from '../../stores';
import type { Deps } from '../clients';
import { readMetrics } from './asking';
import type { RunningStore } from './stores';

/** What a store holds in memory and how often it has stored something, as far as it says. */
export interface StoreCounts {
  held?: number;
  stored?: number;
}

/** Asks a store on a host for both. @throws ApplicationFailure of type ComponentSilent */
export async function readCounts(deps: Deps, running: RunningStore): Promise<StoreCounts> {
  const { request, held, stored } = storeOf(running.store).metrics;
  const sumOf = await readMetrics(deps, running, request, [...held, ...stored]);
  const [heldNow, storedNow] = [sumOf(held), sumOf(stored)];
  return { ...(heldNow !== undefined && { held: heldNow }), ...(storedNow !== undefined && { stored: storedNow }) };
}
