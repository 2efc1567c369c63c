import { fail, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { inS3, type Storage } from '../read/stores';
import type { Carried } from './check';
import { storageStaysBehind } from './texts';

const DISK = /^(filesystem|local)$/;

/** Data that is not in S3 of AWS: no task can read it. */
export function checkStorage({ components }: Inventory, carried: Carried): ImportFinding[] {
  return components.flatMap((component) => findStorageOutsideS3(component, carried));
}

/** Files that a carried configuration only reads come along with it, or are missed there. */
function findStorageOutsideS3({ name, stores }: Component, carried: Carried): ImportFinding[] {
  const storages = stores.flatMap((store) => store.storages);
  const left = storages.filter(({ readsFrom }) => readsFrom === undefined || !carried.has(name));
  const outside = left.filter((storage) => !inS3(storage));
  return outside.map((storage) => reportStorage(name, storage));
}

function reportStorage(name: string, storage: Storage): ImportFinding {
  const isDisk = DISK.test(storage.backend);
  // preflight finds the same on the host, by the same ids
  const check = isDisk ? 'filesystem' : 'storage';
  const id = `${name}/${check}`;
  const text = storageStaysBehind(name, storage, id);
  return fail(id, storage, text);
}
