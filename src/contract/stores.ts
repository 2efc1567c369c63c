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

/** A store on ECS, and where in S3 it writes. */
export interface WritingStore extends StoreService {
  bucket: string;
  prefix: string;
}

/** The same with where it stood before it was told to write. */
export interface ToldStore extends WritingStore {
  before: StoreState;
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
  /**
   * On a host: the newest sample of each; what can't say has the reason. `before` (ISO): when ECS began to take in, by
   * which what the host has is known to be its own; absent: it is not known.
   */
  readNewestSamples(input: HostStack & { stores: StoreService[]; before?: string }): Promise<Reading[]>;
  /** through a probe: the first sample of each at or after `since` (ISO) */
  readFirstSamples(
    input: ProbeRequest & { stores: (StoreService & { url: string })[]; since: string; now: string },
  ): Promise<Reading[]>;
  /** through a probe: where the stores on ECS stand before they are told to write, over all their tasks */
  readWriting(input: ProbeRequest & { stores: WritingStore[] }): Promise<{ stores: ToldStore[] }>;
  /**
   * through a probe: tells every task to write, until S3 lists something newer of each store and its tasks have counted
   * that they stored it; `missing`: what was not seen in time
   */
  proveWriting(input: ProbeRequest & { stores: ToldStore[]; timeoutMs: number }): Promise<{ missing: Unflushed[] }>;
  /** through a probe: what each holds only in memory, over all its tasks */
  measureUnflushed(input: ProbeRequest & { stores: StoreService[] }): Promise<MemoryAmount[]>;
}

export const STORE_ATTEMPTS: AttemptsOf<StoreActivities> = {
  readStores: 'waiting',
  flushStores: 'waiting',
  awaitFlush: 'waiting',
  readNewestSamples: 'question',
  readFirstSamples: 'question',
  readWriting: 'waiting',
  proveWriting: 'waiting',
  measureUnflushed: 'figure',
};
