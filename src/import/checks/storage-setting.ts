import { fail, type ImportFinding } from '../finding';
import { isStoreName, storeOf } from '../../stores';
import type { Component, Inventory } from '../read/inventory';
import { storageIsNotNamed } from './texts';

/** A configuration that names no place for its data. */
export function checkStorageSetting({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findStoreWithoutStorage);
}

function findStoreWithoutStorage({ name, stores }: Component): ImportFinding[] {
  const configured = stores.filter((store) => store.settings.yaml);
  const homeless = configured.filter((store) => store.storages.length === 0);
  const setting = (isStoreName(name) && storeOf(name).schema?.setting) || 'a storage block';
  const text = storageIsNotNamed(name, setting);
  return homeless.map((store) => {
    const place = store.settings.place();
    return fail(`${name}/storage`, place, text);
  });
}
