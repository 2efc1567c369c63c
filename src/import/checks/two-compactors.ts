import type { ComponentName } from '../../plan/components';
import { isStoreName, storeOf } from '../../stores';
import { fail, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { inS3, type Store } from '../read/stores';
import { formatS3Url } from './s3-url';
import { servicesCompactTwice } from './texts';

/** Two services of one store that compact the same data and do not know of each other. */
export function checkTwoCompactors({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findTwoCompactors);
}

function findTwoCompactors({ name, stores }: Component): ImportFinding[] {
  const compactors = stores.filter((store) => store.compacts);
  const rivals = compactors.filter((store) => hasRival(store, compactors));
  const loner = rivals.find((store) => compactsAlone(name, store));
  if (!loner) return [];
  const services = rivals.map((store) => store.service.name);
  const url = formatS3Url(loner.storages[0]!);
  const text = servicesCompactTwice(services, url);
  return [fail(`${name}/two-compactors`, loner.service, text)];
}

function hasRival(store: Store, compactors: Store[]): boolean {
  const others = compactors.filter((other) => other !== store);
  const theirs = others.flatMap((other) => other.storages);
  const urls = theirs.map(formatS3Url);
  const own = store.storages.filter(inS3);
  return own.some((storage) => urls.includes(formatS3Url(storage)));
}

function compactsAlone(name: ComponentName, { ring, service }: Store): boolean {
  const hasOwnRing = ring.value.store === 'inmemory';
  if (hasOwnRing) return true;
  const isReplicated = service.replicas > 1;
  const asksNobody = isStoreName(name) && storeOf(name).compactsAlone === true;
  return isReplicated && asksNobody;
}
