import type { Found, Place, Problem } from '../problem';
import { looksSecret } from '../secret-looking';
import { text, type Service } from './service';
import { Settings } from './settings';
import { at } from './yaml-file';

/** A place where a component keeps data. */
export interface Storage extends Place {
  what: string;
  backend: string;
  bucket?: string;
  prefix: string;
  region?: string;
  endpoint?: string;
}

/** What a Mimir, Loki, Tempo or Pyroscope is set to, as far as a move is concerned. */
export interface Store {
  service: Service;
  settings: Settings;
  storages: Storage[];
  /** 0s: for ever */
  retention: Found<string>;
  tenants: Found<{ several: boolean; single: string }>;
  ring: Found<{ store: string; replicationFactor: string }>;
  /** whether its compactor runs */
  compacts: boolean;
  /** Loki's schema periods as they stand */
  periods?: Found<unknown[]>;
  /** Mimir's limit of series */
  series?: Found<string>;
  /** what stands in the configuration as a key for S3 */
  keys: Place[];
}

export type StoreName = 'mimir' | 'loki' | 'tempo' | 'pyroscope';

interface Names {
  bucket: string;
  /** Mimir's and Pyroscope's bucket_name, Tempo's bucket, Loki's bucketnames */
  block: string;
  inherited?: string;
}

/** Region of `s3.ap-northeast-2.amazonaws.com` and its kind. */
const regionOf = (endpoint = '') =>
  /(?:^|[./])s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/.exec(endpoint)?.[1];

function storage(
  settings: Settings,
  what: string,
  backend: Found<string>,
  prefix: string | undefined,
  { bucket, block, inherited }: Names,
): Storage {
  const get = (key: string) =>
    settings.get(`${block}.${key}`) ?? (inherited ? settings.get(`${inherited}.${key}`) : undefined);
  const [name, region, endpoint] = [get(bucket)?.value, get('region')?.value, get('endpoint')?.value];
  const found = region ?? regionOf(endpoint);
  return {
    what,
    backend: backend.value,
    file: backend.file,
    line: backend.line,
    prefix: (prefix ?? '').replace(/^\/+|\/+$/g, ''),
    ...(name ? { bucket: name } : {}),
    ...(found ? { region: found } : {}),
    ...(endpoint ? { endpoint } : {}),
  };
}

/** The first of these settings that is given, or the component's default at the place where it would stand. */
function first(settings: Settings, paths: string[], otherwise: string): Found<string> {
  const found = paths.map((path) => settings.get(path)).find((value) => value !== undefined);
  return found ?? { value: otherwise, ...settings.place(paths[0]) };
}

/** Keys for S3 in a configuration and in flags; a flag's line is its word's. */
function keys(settings: Settings): Place[] {
  const places: Place[] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (/^(access_key(_id)?|secret_(access_)?key)$/.test(key) && inner)
        places.push(settings.place([...path, key].join('.')));
      else walk(inner, [...path, key]);
    }
  };
  walk(settings.yaml?.data, []);
  const words = settings.service.words.filter(
    ({ value }) => /^--?[\w.-]*s3[\w.-]*(access-key|secret)[\w-]*=./.test(value) && looksSecret(value),
  );
  return [...places, ...words.map(({ file, line }) => ({ file, line }))];
}

const every = (value: string) => (/^(|0|0s|none)$/.test(value) ? '0s' : value);

/** Whether the modules that `-target` starts have one of these among them. */
function runs(settings: Settings, ...modules: string[]): boolean {
  const targets = (settings.get('target')?.value ?? 'all').split(',').map((target) => target.trim());
  return targets.some((target) => modules.includes(target));
}

function common(
  service: Service,
  settings: Settings,
  rings: string[],
  tenants: Found<{ several: boolean; single: string }>,
): Pick<Store, 'service' | 'settings' | 'ring' | 'tenants' | 'keys'> {
  const store = first(
    settings,
    rings.map((ring) => `${ring}.kvstore.store`),
    'memberlist',
  );
  const factor = first(
    settings,
    [...rings.map((ring) => `${ring}.replication_factor`), 'common.replication_factor'],
    '',
  );
  return {
    service,
    settings,
    tenants,
    keys: keys(settings),
    ring: { ...store, value: { store: store.value, replicationFactor: factor.value } },
  };
}

function tenancy(
  settings: Settings,
  path: string,
  flagName: string,
  otherwise: boolean,
  single: Found<string>,
): Found<{ several: boolean; single: string }> {
  const found = settings.get(path, flagName) ?? { value: String(otherwise), ...settings.place(path) };
  return { ...found, value: { several: found.value === 'true', single: single.value } };
}

/** Defaults after Mimir's reference of configuration parameters: filesystem, multitenancy on, retention 0. */
function mimir(service: Service, settings: Settings): Store {
  const shared = { inherited: 'common.storage.s3', bucket: 'bucket_name' };
  const one = (block: string, what: string, otherwise: string) =>
    storage(
      settings,
      what,
      first(settings, [`${block}.backend`, 'common.storage.backend'], otherwise),
      first(settings, [`${block}.storage_prefix`, 'common.storage.storage_prefix'], '').value,
      { ...shared, block: `${block}.s3` },
    );
  return {
    ...common(
      service,
      settings,
      ['ingester.ring'],
      tenancy(
        settings,
        'multitenancy_enabled',
        'auth.multitenancy-enabled',
        true,
        first(settings, ['no_auth_tenant'], 'anonymous'),
      ),
    ),
    storages: [
      one('blocks_storage', 'blocks', 'filesystem'),
      ...(runs(settings, 'all', 'ruler', 'backend') ? [one('ruler_storage', 'rules', 'filesystem')] : []),
      ...(settings.raw('alertmanager_storage') ? [one('alertmanager_storage', 'alertmanager', 'filesystem')] : []),
    ],
    retention: { ...first(settings, ['limits.compactor_blocks_retention_period'], '0s') },
    series: first(settings, ['limits.max_global_series_per_user'], '150000'),
    compacts: runs(settings, 'all', 'compactor', 'backend'),
  };
}

/** Loki names a bucket in three ways: common.storage.s3, storage_config.aws, and a URL s3://region/bucket in either. */
function loki(service: Service, settings: Settings): Store {
  const block = settings.raw('storage_config.aws') ? 'storage_config.aws' : 'common.storage.s3';
  const periods = settings.raw('schema_config.configs');
  const list = Array.isArray(periods) ? (periods as unknown[]) : [];
  const url = /^s3:\/\/(?:[^@/]*@)?([^/]*)\/(.+)$/.exec(settings.get(`${block}.s3`)?.value ?? '');
  const prefix = first(settings, ['storage_config.object_prefix'], '').value;
  const storages = list.map((period, index) => {
    const backend = text(at(period, ['object_store'])) || 'filesystem';
    const found = storage(
      settings,
      `chunks and index from ${text(at(period, ['from']))}`,
      { value: backend === 'aws' ? 's3' : backend, ...settings.place(`schema_config.configs.${index}.object_store`) },
      prefix,
      { bucket: 'bucketnames', block },
    );
    return url
      ? { ...found, bucket: url[2]!, ...(/^[a-z]{2}-/.test(url[1]!) ? { region: regionOf(url[1]) ?? url[1]! } : {}) }
      : found;
  });
  const rules =
    settings.get('ruler.storage.type') ??
    (settings.raw('common.storage.filesystem') && settings.raw('ruler')
      ? { value: 'filesystem', ...settings.place('common.storage.filesystem') }
      : undefined);
  const kept = first(settings, ['limits_config.retention_period'], '0s');
  const enforced = settings.get('compactor.retention_enabled')?.value === 'true';
  return {
    ...common(
      service,
      settings,
      ['ingester.lifecycler.ring', 'common.ring'],
      tenancy(settings, 'auth_enabled', 'auth.enabled', true, { value: 'fake', ...settings.place() }),
    ),
    storages: [
      ...storages,
      ...(rules && rules.value !== 's3'
        ? [storage(settings, 'rules', rules, '', { bucket: 'bucketnames', block })]
        : []),
    ],
    retention: { ...kept, value: enforced ? kept.value : '0s' },
    compacts: runs(settings, 'all', 'backend', 'compactor'),
    periods: { value: list, ...settings.place('schema_config.configs') },
    keys: [
      ...keys(settings),
      ...(/^s3:\/\/[^@/]+@/.test(settings.get(`${block}.s3`)?.value ?? '') ? [settings.place(`${block}.s3`)] : []),
    ],
  };
}

/** Defaults after Tempo's configuration reference: retention 336h, one tenant. */
function tempo(service: Service, settings: Settings): Store {
  const off = settings.get('compactor.disabled')?.value === 'true';
  return {
    ...common(
      service,
      settings,
      ['ingester.lifecycler.ring'],
      tenancy(settings, 'multitenancy_enabled', 'multitenancy.enabled', false, {
        value: 'single-tenant',
        ...settings.place(),
      }),
    ),
    storages: [
      storage(
        settings,
        'traces',
        first(settings, ['storage.trace.backend'], 'local'),
        settings.get('storage.trace.s3.prefix')?.value,
        { bucket: 'bucket', block: 'storage.trace.s3' },
      ),
    ],
    retention: first(settings, ['compactor.compaction.block_retention'], '336h'),
    compacts: !off && runs(settings, 'all', 'compactor', 'scalable-single-binary'),
  };
}

/** Without a storage block Pyroscope 1 keeps its profiles under pyroscopedb.data_path only. */
function pyroscope(service: Service, settings: Settings): Store {
  return {
    ...common(
      service,
      settings,
      ['ingester.lifecycler.ring'],
      tenancy(settings, 'multitenancy_enabled', 'auth.multitenancy-enabled', false, {
        value: 'anonymous',
        ...settings.place(),
      }),
    ),
    storages: [
      storage(
        settings,
        'profiles',
        first(settings, ['storage.backend'], 'filesystem'),
        settings.get('storage.prefix')?.value,
        { bucket: 'bucket_name', block: 'storage.s3' },
      ),
    ],
    retention: first(settings, ['limits.compactor_blocks_retention_period'], '0s'),
    compacts: runs(settings, 'all', 'compactor'),
  };
}

const READERS = { mimir, loki, tempo, pyroscope };

/** Reads a store's settings. @param host the folder's place on the host, for absolute mounts */
export function readStore(name: StoreName, service: Service, root: string, host: string, problems: Problem[]): Store {
  const settings = Settings.of(service, name, root, host, problems);
  const store = READERS[name](service, settings);
  return { ...store, retention: { ...store.retention, value: every(store.retention.value) } };
}

/** Whether S3 of AWS holds it; MinIO and the like are on a host that goes away. */
export function inS3({ backend, endpoint }: Storage): boolean {
  return backend === 's3' && (!endpoint || /(^|\.)amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(endpoint));
}
