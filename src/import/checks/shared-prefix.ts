import { fail, type ImportFinding } from '../finding';
import { isStoreName, storeOf } from '../../stores';
import type { Component, Inventory } from '../read/inventory';
import { inS3, type Storage, type Store } from '../read/stores';
import { formatS3Url } from './s3-url';
import { prefixIsShared } from './texts';

const UNCOMPACTED = ['rules', 'alerts'];

interface Tenure {
  component: Component;
  store: Store;
  storage: Storage;
}

/** Two kinds of data on one prefix: each compactor deletes what it takes for its own. */
export function checkSharedPrefix({ components }: Inventory): ImportFinding[] {
  const tenures = components.flatMap(listTenures);
  return tenures.flatMap((tenure, index) => {
    const earlier = tenures.slice(0, index);
    const rival = earlier.find((other) => isInTheWay(other, tenure));
    return rival ? [reportPrefix(tenure, rival)] : [];
  });
}

function listTenures(component: Component): Tenure[] {
  return component.stores.flatMap((store) => {
    const storages = store.storages.filter(inS3);
    return storages.map((storage) => ({
      component,
      store,
      storage,
    }));
  });
}

function isInTheWay(other: Tenure, tenure: Tenure): boolean {
  const { name } = tenure.component;
  if (formatS3Url(other.storage) !== formatS3Url(tenure.storage)) return false;
  if (other.component.name !== name) return isCompacted(other) && isCompacted(tenure);
  if (other.store !== tenure.store) return false;
  const isOtherData = other.storage.what !== tenure.storage.what;
  const sharesByDesign = isStoreName(name) && storeOf(name).sharesPrefix;
  return isOtherData && !sharesByDesign;
}

/** Rules and alerts are objects of their own names, which no compactor looks at. */
function isCompacted({ storage }: Tenure): boolean {
  return !UNCOMPACTED.includes(storage.what);
}

function reportPrefix(tenure: Tenure, rival: Tenure): ImportFinding {
  const { component, storage } = tenure;
  const { name } = component;
  const url = formatS3Url(storage);
  const text = prefixIsShared(nameData(tenure), nameData(rival), url);
  return fail(`${name}/two-compactors`, storage, text);
}

function nameData({ component, storage }: Tenure): string {
  return `${component.name}'s ${storage.what}`;
}
