import { COLLECTOR } from './defaults';
import type { Plan } from './schema';

/**
 * How long what one side alone took in is missing on the other: until it is in S3, and looked for there.
 * `newSide`: what the host took in. The host's numbers are the components' documented defaults, which its configuration may
 * change. `oldSide`: what ECS took in; ours are what dockerfiles/<store> sets.
 * Mimir: blocks of 2 h are cut when their head spans 3 h (Prometheus' TSDB: one and a half times the range).
 */
const MISSING = {
  mimir: {
    what: 'samples',
    newSide: ['3h', 'blocks of 2 h, cut when their head spans 3 h'],
    oldSide: ['12h', 'querier.query_store_after: a Mimir at its defaults looks for nothing younger in S3'],
  },
  loki: { what: 'lines', newSide: ['2h', 'max_chunk_age'], oldSide: ['30m', 'max_chunk_age'] },
  tempo: {
    what: 'traces',
    newSide: ['30m', 'max_block_duration'],
    oldSide: ['15m', 'query_backend_after: a search at its defaults looks for nothing younger in S3'],
  },
  pyroscope: {
    what: 'profiles',
    newSide: ['1h', 'max_block_duration'],
    oldSide: ['4h', 'query_store_after: a Pyroscope at its defaults looks for nothing younger in S3'],
  },
} as const;
type Store = keyof typeof MISSING;

/**
 * What reads of either side miss while both run, a sentence for each store. Both read one bucket: what one side
 * holds in memory the other can't see. With dual write nothing that the collector took in is missing but what is in flight.
 */
export function readsOf({ ingestion, bucket, services }: Plan): string[] {
  const stores = (Object.keys(MISSING) as Store[]).filter((name) => services[name]);
  if (stores.length === 0) return [];
  const head = ingestion.dualWrite
    ? `dual write is on: what ${COLLECTOR} on ECS takes in goes to both sides; what is sent past it, to a store itself, stays on its side until it is in ${bucket}`
    : `dual write is off: what is sent to a side stays there until it is in ${bucket}`;
  return [head, ...stores.map((name) => (ingestion.dualWrite ? doubled(name) : apart(name)))];
}

function apart(name: Store): string {
  const {
    what,
    newSide: [ours, why],
    oldSide: [theirs, reason],
  } = MISSING[name];
  return `${name}: reads of the new side miss ${what} that only the host took in, for up to ${ours} (${why}); reads of the old side miss those that only ECS took in, for up to ${theirs} (${reason})`;
}

function doubled(name: Store): string {
  const {
    what,
    newSide: [ours],
    oldSide: [theirs],
  } = MISSING[name];
  return `${name}: reads of either side miss no ${what} that ${COLLECTOR} took in but what is in flight, or was given up while the host did not answer; those sent past it to the host the new side misses for up to ${ours}, those sent past it to ECS the old side for up to ${theirs}`;
}
