/** What the stores on ECS are said to have written, or not, and what S3 refuses them. */
import type { StoragePlace } from '../../contract/probes';
import type { WritingStore } from '../../contract/stores';
import { storeOf } from '../../stores';
import { findRefusedAction, writeStatement } from '../failures';

const placeOf = ({ bucket, prefix }: Pick<WritingStore, 'bucket' | 'prefix'>): string => `s3://${bucket}/${prefix}`;

/** @param reason S3's, which names the action where a permission is missing */
export function describeRefusedStorage(place: StoragePlace, deed: string, reason: string): string {
  const refused = findRefusedAction({ message: reason });
  const fix = refused ? `; what allows it is ${writeStatement(refused)}` : '';
  return `a task with the role of ${place.service} can't ${deed} a key below ${placeOf(place)}: ${reason}${fix}`;
}

export const describeRestart = (service: string): string =>
  `${service} on ECS was started again meanwhile, and its counters with it`;

export const describeNothingListed = (store: WritingStore): string =>
  `${store.service} on ECS was told to write, and S3 lists nothing newer below ${placeOf(store)}`;

/** @param stored what its tasks have counted, before and now */
export function describeNothingCounted(store: WritingStore, stored: number): string {
  const counters = storeOf(store.store).metrics.stored.map(({ name }) => name);
  return (
    `${store.service} on ECS was told to write, and its tasks have counted nothing (${counters.join(', ')} is still ` +
    `${stored}): what S3 lists newer below ${placeOf(store)} is somebody else's`
  );
}
