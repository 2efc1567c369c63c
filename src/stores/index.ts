import { loki } from './loki';
import { mimir } from './mimir';
import { pyroscope } from './pyroscope';
import type { Store } from './store';
import { tempo } from './tempo';

/** The list of stores: a new one is a file beside this, and its name here. */
const STORES = {
  mimir,
  loki,
  tempo,
  pyroscope,
} satisfies Record<string, Store>;
export type StoreName = keyof typeof STORES;
export const STORE_NAMES = Object.keys(STORES) as [StoreName, ...StoreName[]];

export const isStoreName = (name: string | undefined): name is StoreName => name !== undefined && name in STORES;

/** Everything that is known of a store. */
export const storeOf = (name: StoreName): Store => STORES[name];

/** One thing that is known of each store, by its name. */
export function mapStores<T>(read: (store: Store, name: StoreName) => T): Record<StoreName, T> {
  const entries = STORE_NAMES.map((name) => [name, read(storeOf(name), name)]);
  return Object.fromEntries(entries) as Record<StoreName, T>;
}
