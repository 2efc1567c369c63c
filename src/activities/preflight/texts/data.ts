import type { Listing } from '../../aws/object';
import type { Folder } from '../disks';
import type { HeldBackend, StoreHoldings, Volume } from '../holding';

type Place = Pick<StoreHoldings, 'service' | 'instanceId'>;

const KB_PER_GB = 1024 ** 2;

function describeSize(kb = 0): string {
  if (kb >= KB_PER_GB) return `${(kb / KB_PER_GB).toFixed(1)} GB`;
  return kb >= 1024 ? `${Math.round(kb / 1024)} MB` : `${kb} KB`;
}

const sumSizes = (folders: Folder[]): string => describeSize(folders.reduce((sum, { kb = 0 }) => sum + kb, 0));

const describeStore = ({ service, instanceId }: Place): string => `${service} on ${instanceId}`;

const describeS3 = ({ bucket = '?', prefix }: HeldBackend): string => `s3://${bucket}/${prefix}`;

const describeCount = ({ count, more }: Listing): string => `${count}${more ? ' or more' : ''} objects`;

export const sayUninspected = (instanceId: string, why: string): string =>
  `nobody knows what lies on ${instanceId}: ${why}`;

export const FIX_UNINSPECTED =
  'run docker inspect there and fix what it says, or accept it by name: data.accept: [host/volumes]';

export const fixLoss = (id: string): string =>
  `copy it to S3 first (docs/data.md), or accept the loss by name: data.accept: [${id}]`;

export const fixUnseen = (id: string, statement: string): string =>
  `add ${statement} to the worker's role, or accept the loss by name: data.accept: [${id}]`;

export function sayVolume({ instanceId, service, destination, path, kb }: Volume): string {
  const volume = `${path} (its ${destination})`;
  return `${service} on ${instanceId} keeps ${describeSize(kb)} in ${volume}, which goes with the host`;
}

export const saySilent = (store: Place, why: string): string =>
  `${describeStore(store)} does not say where its data is: ${why}`;

export const sayNothingKept = (store: Place): string => `${describeStore(store)} keeps nothing`;

export const sayOnDisk = (store: Place, { what }: HeldBackend, { kb, path }: Folder): string =>
  `${describeStore(store)} keeps its ${what} on disk, ${describeSize(kb)} in ${path}; S3 has none of it`;

export function sayForeignStorage(store: Place, { what, kind, endpoint }: HeldBackend): string {
  const place = endpoint ? `at ${endpoint}, which is not S3 of AWS` : `on ${kind}`;
  return `${describeStore(store)} keeps its ${what} ${place}; the new tasks read S3 only`;
}

export const sayNoBucket = (store: Place, { what }: HeldBackend): string =>
  `${describeStore(store)} keeps its ${what} in S3 and names no bucket`;

export const sayRefused = (store: Place, backend: HeldBackend, why: string): string =>
  `${describeStore(store)} keeps its ${backend.what} in ${describeS3(backend)}, which can't be listed: ${why}`;

export function sayEmptyPlace(store: Place, backend: HeldBackend, onDisk: Folder[]): string {
  const paths = onDisk.map(({ path }) => path).join(', ');
  const place = `${describeStore(store)} is set to ${describeS3(backend)}`;
  return `${place}, where nothing is, while ${sumSizes(onDisk)} lie in ${paths}`;
}

export function sayStale(store: Place, backend: HeldBackend, listing: Listing): string {
  const newest = `the newest of ${describeCount(listing)} in ${describeS3(backend)} is of ${listing.newest}`;
  return `${newest}: ${describeStore(store)} has not written since`;
}

export const sayTaskDisk = (store: StoreHoldings, gb: number): string =>
  `${describeStore(store)} has ${sumSizes(store.folders)} on disk (WAL, head, caches), and its task will have ${gb} GB`;

export const fixTaskDisk = (service: string, gb: number): string =>
  `set services.${service}.ephemeralStorage to ${gb}, or see what fills it`;

export const FIX_TOO_LARGE = 'a Fargate task has 200 GB at most: see what fills it, and flush it before the move';

export const FIX_STALE = 'look at its log; before the hosts stop it is flushed, and S3 has to list what it writes then';

export function sayKept(store: StoreHoldings, backend: HeldBackend, listing: Listing): string {
  const { service, instanceId, folders } = store;
  const kept = `${service}: ${describeCount(listing)} in ${describeS3(backend)}, the newest of ${listing.newest}`;
  return `${kept}; ${sumSizes(folders)} on ${instanceId} are WAL and head, flushed before it stops`;
}
