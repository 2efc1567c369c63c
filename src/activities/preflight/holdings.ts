import type { Finding } from '../../contract/findings';
import { isInS3, isOnDisk } from '../../stores/backend';
import type { Listing } from '../aws/object';
import type { Folder } from './disks';
import { failAs, pass, warn } from './finding';
import type { HeldBackend, StoreHoldings, Volume } from './holding';
import * as say from './texts/data';

/** Below this a volume holds sockets, locks and caches, not what anybody would miss. */
const TRIVIAL_KB = 1024;
/** A store writes at least every two hours (Mimir's blocks); a day without an object is no quiet night. */
const STALE_MS = 24 * 3_600_000;

const isLarge = ({ kb = 0 }: Folder): boolean => kb > TRIVIAL_KB;

/** What of this a decommission would lose, and what S3 has. @param now epoch ms */
export function judgeHoldings(stores: StoreHoldings[], volumes: Volume[], now: number): Finding[] {
  const losses = volumes.filter(isLarge).map((volume) => failLoss(volume.service, 'volume', say.sayVolume(volume)));
  return [...stores.flatMap((store) => judgeStore(store, now)), ...losses];
}

/** A loss, with the name by which a plan can accept it. @param statement that allows to see whether it is one */
function failLoss(service: string, check: string, message: string, statement?: string): Finding {
  const id = `${service}/${check}`;
  const fix = statement === undefined ? say.fixLoss(id) : say.fixUnseen(id, statement);
  return failAs(id, 'data', message, fix);
}

function judgeStore(store: StoreHoldings, now: number): Finding[] {
  const { service, silent, backends } = store;
  if (silent !== undefined) return [failLoss(service, 'silent', say.saySilent(store, silent))];
  const findings = backends.flatMap((backend) => judgeBackend(store, backend, now));
  return findings.length > 0 ? findings : [pass('data', say.sayNothingKept(store))];
}

function judgeBackend(store: StoreHoldings, backend: HeldBackend, now: number): Finding[] {
  const { service } = store;
  if (isOnDisk(backend)) return judgeFolder(store, backend);
  if (!isInS3(backend)) return [failLoss(service, 'storage', say.sayForeignStorage(store, backend))];
  const isMain = backend.what === store.backends[0]?.what;
  if (backend.bucket === undefined) {
    return isMain ? [failLoss(service, 's3', say.sayNoBucket(store, backend))] : [];
  }
  if (backend.refused !== undefined) {
    const { refused, statement } = backend;
    return [failLoss(service, 's3', say.sayRefused(store, backend, refused), statement)];
  }
  return backend.listing ? judgeListing(store, backend, backend.listing, isMain ? now : null) : [];
}

function judgeFolder(store: StoreHoldings, backend: HeldBackend): Finding[] {
  const { local } = backend;
  if (!local || !isLarge(local)) return [];
  return [failLoss(store.service, 'filesystem', say.sayOnDisk(store, backend, local))];
}

/** @param now epoch ms; null where it is not the store's main data, which alone must be new */
function judgeListing(store: StoreHoldings, backend: HeldBackend, listing: Listing, now: number | null): Finding[] {
  if (listing.count === 0) return now === null ? [] : judgeEmptyPlace(store, backend);
  const isStale = now !== null && now - Date.parse(listing.newest!) > STALE_MS;
  if (isStale) return [warn('data', say.sayStale(store, backend, listing), say.FIX_STALE)];
  return [pass('data', say.sayKept(store, backend, listing))];
}

function judgeEmptyPlace(store: StoreHoldings, backend: HeldBackend): Finding[] {
  const onDisk = store.folders.filter(isLarge);
  if (onDisk.length === 0) return [];
  return [failLoss(store.service, 's3', say.sayEmptyPlace(store, backend, onDisk))];
}
