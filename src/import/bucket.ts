import type { Inventory } from './read/inventory';
import { inS3 } from './read/stores';

/** The bucket that most of the data is in: a plan has one. */
export function findMainBucket({ components }: Inventory): string | undefined {
  const stores = components.flatMap((component) => component.stores);
  const storages = stores.flatMap((store) => store.storages).filter(inS3);
  const counts = new Map<string, number>();
  for (const { bucket } of storages) {
    if (bucket) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return byCount[0]?.[0];
}
