import { BUCKET_NAME } from '../plan/schema';
import type { Inventory } from './read/inventory';
import { inS3 } from './read/stores';

/** A plan's, where no store names one. */
export const DEFAULT_BUCKET = 'sys-lgtm-s3';

/** The bucket that most of the data is in: a plan has one, which is no list and no variable that nobody replaced. */
export function findMainBucket({ components }: Inventory): string | undefined {
  const stores = components.flatMap((component) => component.stores);
  const storages = stores.flatMap((store) => store.storages);
  const named = storages.filter(inS3).flatMap((storage) => storage.bucket ?? []);
  const buckets = named.filter((bucket) => BUCKET_NAME.test(bucket));
  const counts = new Map<string, number>();
  for (const bucket of buckets) {
    const count = counts.get(bucket) ?? 0;
    counts.set(bucket, count + 1);
  }
  const most = Math.max(...counts.values());
  return buckets.find((bucket) => counts.get(bucket) === most);
}
