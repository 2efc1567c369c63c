import type { ComponentName } from '../../plan/versions';

// What checks know of a store by its name; src/stores answers this once it is there.

const SINGLE_TENANTS: Partial<Record<ComponentName, string>> = {
  mimir: 'anonymous',
  loki: 'fake',
  tempo: 'single-tenant',
  pyroscope: 'anonymous',
};

/** The tenant that the images read and write without multi-tenancy. */
export function findSingleTenant(name: ComponentName): string {
  return SINGLE_TENANTS[name] ?? '';
}

/** The setting by which a store names its storage. */
export function nameStorageSetting(name: ComponentName): string {
  return name === 'loki' ? 'schema_config.configs' : 'a storage block';
}

/** Whether several storages of one store share a prefix by design, as Loki's schema periods do. */
export function sharesPrefixByDesign(name: ComponentName): boolean {
  return name === 'loki';
}

/** Whether a replica compacts without asking the others, whatever the ring is. */
export function compactsPerReplica(name: ComponentName): boolean {
  return name === 'tempo';
}
