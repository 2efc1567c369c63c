import { DEFAULT_BUCKET, findMainBucket } from '../bucket';
import { fail, type FindingText, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { inS3, type Storage } from '../read/stores';
import { bucketIsNotNamed, bucketIsNotThePlans } from './texts';

/** Data in another bucket than the one that the plan names. */
export function checkBucket(inventory: Inventory): ImportFinding[] {
  const planned = findMainBucket(inventory) ?? DEFAULT_BUCKET;
  return inventory.components.flatMap((component) => findOtherBuckets(component, planned));
}

function findOtherBuckets({ name, stores }: Component, planned: string): ImportFinding[] {
  const storages = stores.flatMap((store) => store.storages).filter(inS3);
  const others = storages.filter((storage) => storage.bucket !== planned);
  return others.map((storage) => {
    const text = describeBucket(name, storage, planned);
    return fail(`${name}/bucket`, storage, text);
  });
}

function describeBucket(name: string, { what, bucket }: Storage, planned: string): FindingText {
  if (!bucket) return bucketIsNotNamed(name, what);
  return bucketIsNotThePlans(name, what, bucket, planned);
}
