/** What the stores on ECS are said to have written, or not. */
import type { WritingStore } from '../../contract/stores';
import { storeOf } from '../../stores';

const placeOf = ({ bucket, prefix }: WritingStore): string => `s3://${bucket}/${prefix}`;

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
