import type { Reading } from '../analysis/handover';
import type { MemoryAmount } from '../analysis/memory';
import type { StoreName } from '../stores';
import type { AttemptsOf } from './attempts';
import type { HostStack } from './hosts';
import type { ProbeRequest } from './probes';

/** Where a store stood before it was told to flush. Without `s3` it writes elsewhere, and nothing is awaited of it. */
export interface StoreState {
  service: string;
  store: StoreName;
  s3?: {
    bucket: string;
    prefix: string;
    newest?: string;
    atNewest: number;
  };
  /** what it held in memory, as far as it says: 0 proves nothing */
  held?: number;
  /** how often it had stored something */
  stored?: number;
  /** why it could not be asked */
  silent?: string;
}

/** A store of which something was not seen to be in S3, and why. */
export interface Unflushed {
  service: string;
  why: string;
}

/** A service of the plan whose store's API is known. */
export interface StoreService {
  service: string;
  store: StoreName;
  port: number;
}

/** What the stores on the hosts and on ECS hold, and when it has reached S3. */
export interface StoreActivities {
  /** where the stores stand before they are told to write: what awaitFlush compares with */
  readStores(input: HostStack): Promise<{ stores: StoreState[] }>;
  /** tells the stores to write what they hold; `failed`: calls that did not end well, which may have been heard */
  flushStores(input: HostStack): Promise<{ failed: Unflushed[] }>;
  /** until S3 lists it; `unheard`: services whose flush did not end well; `missing`: what it did not list in time */
  awaitFlush(
    input: HostStack & { stores: StoreState[]; timeoutMs: number; unheard?: string[] },
  ): Promise<{ missing: Unflushed[] }>;
  /** on a host: the newest sample of each; what can't say has the reason */
  readNewestSamples(input: HostStack & { stores: StoreService[] }): Promise<Reading[]>;
  /** through a probe: the first sample of each at or after `since` (ISO) */
  readFirstSamples(
    input: ProbeRequest & { stores: (StoreService & { url: string })[]; since: string; now: string },
  ): Promise<Reading[]>;
  /** through a probe: what each holds only in memory, over all its tasks */
  measureUnflushed(input: ProbeRequest & { stores: StoreService[] }): Promise<MemoryAmount[]>;
}

export const STORE_ATTEMPTS: AttemptsOf<StoreActivities> = {
  readStores: 'waiting',
  flushStores: 'waiting',
  awaitFlush: 'waiting',
  readNewestSamples: 'question',
  readFirstSamples: 'question',
  measureUnflushed: 'figure',
};
