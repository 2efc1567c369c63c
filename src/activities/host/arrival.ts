import type { StoreState } from '../../contract/stores';
import { storeOf } from '../../stores';
import { hasNewObjects, listObjects } from '../aws/object';
import type { Deps } from '../clients';
import { isSilent } from './asking';
import { readCounts } from './counts';
import type { RunningStore } from './stores';
import {
  describeForeignObjects,
  describeNothingNew,
  describeSilence,
  describeUncounted,
  describeUnrest,
} from './texts';

/** How long nothing may have changed until a flush is believed, in milliseconds. */
const QUIET = {
  /** its call has ended well, with all written, and something has risen */
  heard: 1000,
  /** something has risen, which may rise further: its call ended at once, and it writes chunk by chunk */
  begun: 5000,
  /** its call was cut off, as only long ones are: another tenant's blocks may be seconds away */
  cut: 30_000,
  /** nothing has risen: Tempo says that nothing is left while a block is still being written, for seconds */
  nothing: 5000,
};

type Place = NonNullable<StoreState['s3']>;

/** One look at S3 and at the store's own counters. */
interface Seen {
  hasNewObjects: boolean;
  stored: number | undefined;
  /** it says that something waits to be written */
  isQueued: boolean;
  /** it says that nothing is left in memory; how much is left changes with whatever still comes */
  isEmpty: boolean;
}

/** Whether a flush has arrived, look by look: proven by what rose, or by quiet; never by a queue that is empty. */
export class Arrival {
  private before = '';
  private changedAt = Date.now();

  /** @param isHeard its call ended well: quiet proves nothing of a store that may not have been told */
  constructor(
    private readonly state: StoreState,
    private readonly isHeard: boolean,
  ) {}

  /** Nothing more is seen of a store that could not be asked before. */
  get isHopeless(): boolean {
    return this.state.silent !== undefined;
  }

  /** Why it has not arrived; undefined: it has. */
  async look(deps: Deps, running: RunningStore[]): Promise<string | undefined> {
    const { service, s3, silent } = this.state;
    if (silent !== undefined) return describeSilence(service, silent);
    if (!s3) return undefined;
    const own = running.find(({ container }) => container.Service === service);
    if (!own) return describeSilence(service, 'its container does not run any more');
    try {
      return this.judge(s3, await this.see(deps, s3, own));
    } catch (error) {
      if (!isSilent(error)) throw error;
      return describeSilence(service, error.message);
    }
  }

  private async see(deps: Deps, s3: Place, own: RunningStore): Promise<Seen> {
    const enough = (listing: Parameters<typeof hasNewObjects>[1]) => hasNewObjects(s3, listing);
    const listing = await listObjects(deps, s3.bucket, s3.prefix, { enough });
    const { stored, held, queued = 0 } = await readCounts(deps, own);
    return {
      hasNewObjects: hasNewObjects(s3, listing),
      stored,
      isQueued: queued > 0,
      isEmpty: held === 0,
    };
  }

  private judge(s3: Place, seen: Seen): string | undefined {
    const { service, stored } = this.state;
    const quietMs = this.measureQuiet(seen);
    if (stored === undefined || seen.stored === undefined) return describeUncounted(service, s3);
    if (seen.stored < stored) return describeSilence(service, 'it was started again, and its counters with it');
    // the new stack writes to the same prefix: its objects are not the answer to this flush
    const hasRisen = seen.stored > stored && seen.hasNewObjects;
    const neededMs = this.findNeededQuiet(hasRisen, seen.isEmpty);
    if (neededMs === undefined) return this.describeMissing(s3, seen, stored);
    if (seen.isQueued) return describeUnrest(service);
    return quietMs >= neededMs ? undefined : describeUnrest(service);
  }

  /** How long nothing may have changed until it is believed; undefined: quiet proves nothing. */
  private findNeededQuiet(hasRisen: boolean, isEmpty: boolean): number | undefined {
    if (hasRisen) {
      if (!this.isHeard) return QUIET.cut;
      return storeOf(this.state.store).flush.isAwaited ? QUIET.heard : QUIET.begun;
    }
    const hadNothing = this.state.held === 0 && isEmpty;
    return hadNothing && this.isHeard ? QUIET.nothing : undefined;
  }

  private describeMissing(s3: Place, seen: Seen, stored: number): string {
    const { service, store } = this.state;
    if (!seen.hasNewObjects) return describeNothingNew(service, s3);
    const counters = storeOf(store).metrics.stored.map(({ name }) => name);
    return describeForeignObjects(service, s3, counters, stored);
  }

  /** For how long nothing has changed, in milliseconds. */
  private measureQuiet(seen: Seen): number {
    const now = Date.now();
    const stands = JSON.stringify(seen);
    if (stands !== this.before) this.changedAt = now;
    this.before = stands;
    return now - this.changedAt;
  }
}
