import { STORE_NAMES, storeOf, type StoreName } from '../stores';
import { COLLECTOR } from './defaults';
import type { IngestPort } from './ingest';
import type { Plan } from './schema';

/**
 * What reads of either side miss while both run, a sentence for each store. Both read one bucket: what one side holds in
 * memory the other can't see. With dual write nothing that the collector took in is missing but what is in flight.
 * @param listens the ports of the ingest
 */
export function describeVisibility(plan: Plan, listens: readonly IngestPort[] = []): string[] {
  const { ingestion, bucket, services } = plan;
  const stores = STORE_NAMES.filter((name) => services[name]);
  if (stores.length === 0) return [];
  if (ingestion.dualWrite) {
    const bypassing = listBypassing(plan, listens);
    const past = bypassing.length > 0 ? [describeBypass(bypassing)] : [];
    return [describeDualWrite(bucket), ...past, ...stores.map(describeDoubled)];
  }
  const head = `dual write is off: what is sent to a side stays there until it is in ${bucket}`;
  return [head, ...stores.map(describeApart)];
}

/**
 * Ports of the ingest at which dual write has no part, as `9009 (mimir)`: the hosts get what reaches the collector, and
 * not what goes to a store itself.
 */
export function listBypassing({ ingestion }: Plan, listens: readonly IngestPort[]): string[] {
  if (!ingestion.dualWrite) return [];
  return listens.filter(({ service }) => service !== COLLECTOR).map(({ port, service }) => `${port} (${service})`);
}

const describeBypass = (ports: string[]): string =>
  `what comes through the ingest at ${ports.join(', ')} bypasses ${COLLECTOR}: the hosts do not get it`;

const describeDualWrite = (bucket: string): string =>
  `dual write is on: what ${COLLECTOR} on ECS takes in goes to both sides; ` +
  `what is sent past it, to a store itself, stays on its side until it is in ${bucket}`;

function describeApart(name: StoreName): string {
  const { what, onEcs, onHost } = storeOf(name).visibility;
  return (
    `${name}: reads of the new side miss ${what} that only the host took in, for up to ${onEcs.upTo} (${onEcs.why}); ` +
    `reads of the old side miss those that only ECS took in, for up to ${onHost.upTo} (${onHost.why})`
  );
}

function describeDoubled(name: StoreName): string {
  const { what, onEcs, onHost } = storeOf(name).visibility;
  return (
    `${name}: reads of either side miss no ${what} that ${COLLECTOR} took in but what is in flight, ` +
    'or was given up while the host did not answer; ' +
    `those sent past it to the host the new side misses for up to ${onEcs.upTo}, ` +
    `those sent past it to ECS the old side for up to ${onHost.upTo}`
  );
}
