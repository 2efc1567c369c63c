import { isOnDisk, joinPrefixes, listS3Paths, readBackend, withoutGaps, type Backend } from './backend';
import { holdsKeys } from './s3-url';
import { readPath, readSetting, settingsOf, type Settings } from './settings';

/** The setting of its schema's periods. */
export const PERIODS = 'schema_config.configs';

/** A set of S3 and disk clients of Loki, and how their settings are called; each block inherits from the next. */
interface Clients {
  s3: string[];
  bucket: string;
  /** a URL of region and bucket, below a block */
  url?: string;
  prefix: string;
  folders: string[];
  folder: string;
  /** stores by kind and name, which a period may name instead of a kind; they inherit nothing */
  named: string;
}

const OLD_CLIENTS: Clients = {
  s3: ['storage_config.aws', 'common.storage.s3'],
  bucket: 'bucketnames',
  url: 's3',
  prefix: 'storage_config.object_prefix',
  folders: ['storage_config.filesystem.directory', 'common.storage.filesystem.chunks_directory'],
  folder: 'directory',
  named: 'storage_config.named_stores',
};

/**
 * Since 3.4, once `use_thanos_objstore` is on; the old ones' settings then count no more, `object_prefix` included.
 * Sources: Loki's "Migrate to Thanos storage clients"; pkg/storage/factory.go, NewObjectClient.
 */
const THANOS_CLIENTS: Clients = {
  s3: ['storage_config.object_store.s3', 'common.storage.object_store.s3'],
  bucket: 'bucket_name',
  prefix: 'storage_config.object_store.storage_prefix',
  folders: ['storage_config.object_store.filesystem.dir', 'common.storage.object_store.filesystem.dir'],
  folder: 'dir',
  named: 'storage_config.object_store.named_stores',
};

const CLIENT_SETTINGS = ['s3', 'bucketnames', 'bucket_name', 'region', 'endpoint', 'sse'];
/** Beside these a store with a name of its own has keys, in ways of many clouds. */
const NAMED_SETTINGS = [...CLIENT_SETTINGS, 'directory', 'dir'];
const below = (block: string, settings: string[]): string[] => settings.map((setting) => `${block}.${setting}`);

/** What of its configuration is read here. */
export const STORAGE_SETTINGS = [
  PERIODS,
  ...below('storage_config', ['use_thanos_objstore', 'object_prefix', 'filesystem.directory']),
  ...below('storage_config.named_stores.*.*', NAMED_SETTINGS),
  ...below('storage_config.aws', CLIENT_SETTINGS),
  ...below('storage_config.object_store', ['storage_prefix', 'filesystem.dir']),
  ...below('storage_config.object_store.named_stores.*.*', NAMED_SETTINGS),
  ...below('storage_config.object_store.s3', CLIENT_SETTINGS),
  ...below('common.storage.s3', CLIENT_SETTINGS),
  ...below('common.storage.filesystem', ['chunks_directory', 'rules_directory']),
  ...below('common.storage.object_store', ['filesystem.dir']),
  ...below('common.storage.object_store.s3', CLIENT_SETTINGS),
  ...below('ruler.storage', ['type', 'local.directory']),
  ...below('ruler.storage.s3', CLIENT_SETTINGS),
  ...below('ruler_storage', ['backend', 'storage_prefix', 'local.directory', 'filesystem.dir']),
  ...below('ruler_storage.s3', CLIENT_SETTINGS),
];

/** Below the prefix of their client. Source: pkg/ruler/rulestore. */
const RULES_PREFIX = 'rules';

/** Flags of the settings of a block that are not called as their path. */
function listFlags(block: string, prefix: string, names: Record<string, string>): Record<string, string> {
  const flags = Object.entries(names).map(([setting, flag]) => [`${block}.${setting}`, prefix + flag]);
  return Object.fromEntries(flags) as Record<string, string>;
}

/** `common` has no flags. Source: pkg/loki/common/common.go, RegisterFlags. */
export const STORAGE_FLAGS = {
  ...listFlags('storage_config', '', {
    'filesystem.directory': 'local.chunk-directory',
    object_prefix: 'store.object-prefix',
    use_thanos_objstore: 'use-thanos-objstore',
  }),
  ...listFlags('storage_config.aws', 's3.', {
    s3: 'url',
    bucketnames: 'buckets',
    region: 'region',
    endpoint: 'endpoint',
  }),
  ...listFlags('storage_config.object_store', 'object-store.', {
    's3.bucket_name': 's3.bucket-name',
    's3.region': 's3.region',
    's3.endpoint': 's3.endpoint',
    storage_prefix: 'storage-prefix',
    'filesystem.dir': 'filesystem.dir',
  }),
  ...listFlags('ruler.storage.s3', 'ruler.storage.s3.', {
    s3: 'url',
    bucketnames: 'buckets',
  }),
};

const usesThanos = (settings: Settings): boolean =>
  readSetting(settings, 'storage_config.use_thanos_objstore') === 'true';

const listPaths = ({ bucket, url }: Clients, ...blocks: string[]) => ({
  ...listS3Paths(bucket, ...blocks),
  url: url === undefined ? [] : blocks.map((block) => `${block}.${url}`),
});

/** A backend for each period of the schema, and one for rules that are not where the chunks are. */
export function readBackends(settings: Settings): Backend[] {
  const periods = listPeriods(settings);
  const backends = periods.map((period, index) => readPeriod(settings, period, `${PERIODS}.${index}.object_store`));
  const rules = usesThanos(settings) ? readThanosRules(settings) : readRules(settings);
  return rules ? [...backends, rules] : backends;
}

function listPeriods(settings: Settings): unknown[] {
  const periods = settings.raw(PERIODS);
  return Array.isArray(periods) ? (periods as unknown[]) : [];
}

function readPeriod(settings: Settings, period: unknown, setting: string): Backend {
  const clients = usesThanos(settings) ? THANOS_CLIENTS : OLD_CLIENTS;
  const store = readStore(period) ?? 'filesystem';
  const named = findNamedStore(settings, clients, store);
  const blocks = named ? [NAMED] : clients.s3;
  const paths = {
    kind: [],
    folder: named ? [`${NAMED}.${clients.folder}`] : clients.folders,
    ...listPaths(clients, ...blocks),
  };
  const defaults = {
    kind: nameKind(named?.kind ?? store),
    folder: '/loki/chunks',
  };
  const backend = readBackend(named?.settings ?? settings, 'chunks and index', paths, defaults);
  return withoutGaps({
    ...backend,
    setting,
    prefix: joinPrefixes(backend.prefix, readSetting(settings, clients.prefix)),
    since: readSince(period),
  });
}

/** YAML reads `2024-01-01` as text, some writers as a time. */
function readSince(period: unknown): string | undefined {
  const since = readPath(period, ['from']);
  return since instanceof Date ? since.toISOString().slice(0, 10) : readSetting(settingsOf(period), 'from');
}

/** undefined: it names none. */
const readStore = (period: unknown): string | undefined => readSetting(settingsOf(period), 'object_store');

/** The old clients call S3 by the name of its owner too. */
const nameKind = (kind: string): string => (kind === 'aws' ? 's3' : kind);

const NAMED = 'named';

/** The block of a store that somebody gave a name, read as `named`, and the kind of store under which it stands. */
function findNamedStore(settings: Settings, clients: Clients, name: string) {
  const byKind = Object.entries(settings.raw(clients.named) ?? {});
  const found = byKind.find(([, stores]) => readPath(stores, [name]) !== undefined);
  if (!found) return undefined;
  const [kind, stores] = found;
  return {
    kind,
    settings: settingsOf({
      [NAMED]: readPath(stores, [name]),
    }),
  };
}

/**
 * Its periods as dockerfiles/loki takes them, which has no stores with names of their own; undefined: there are none.
 * A period on a disk is none: what lies there stays behind, and the task's own disk is lost with the task.
 */
export function nameImageStores(settings: Settings): unknown[] | undefined {
  const clients = usesThanos(settings) ? THANOS_CLIENTS : OLD_CLIENTS;
  const periods = listPeriods(settings).map((period) => {
    const named = findNamedStore(settings, clients, readStore(period) ?? '');
    return named
      ? {
          ...(period as object),
          object_store: nameKind(named.kind),
        }
      : period;
  });
  const kept = periods.filter((period) => readStore(period) !== 'filesystem');
  return kept.length > 0 ? kept : undefined;
}

const DEFAULT_PATH = 'index/';

/** `from 2024-01-01 tsdb v13 in s3, index loki_index_ each 24h` */
function describePeriod(period: unknown): string {
  const read = (path: string) => readSetting(settingsOf(period), path);
  const since = readSince(period) ?? '?';
  const path = read('index.path_prefix') ?? DEFAULT_PATH;
  const folder = path === DEFAULT_PATH ? '' : ` in ${path}`;
  const each = nameHours(read('index.period') ?? '168h');
  const index = `index ${read('index.prefix') ?? ''} each ${each}${folder}`;
  const [store, schema] = [read('store') ?? '?', read('schema') ?? '?'];
  const place = readStore(period) ?? '?';
  return `from ${since} ${store} ${schema} in ${place}, ${index}`;
}

/** Loki writes `1d` for what was given as `24h`. */
function nameHours(period: string): string {
  const [, days] = /^(\d+)d$/.exec(period) ?? [];
  return days === undefined ? period : `${Number(days) * 24}h`;
}

/** Its periods as people say them, with kinds of stores instead of names that only it knows. */
export const describePeriods = (settings: Settings): string[] => (nameImageStores(settings) ?? []).map(describePeriod);

/** The same of a list of periods in JSON; what is none is given back as it is. */
export function describeList(json: string): string[] {
  try {
    return (JSON.parse(json) as unknown[]).map(describePeriod);
  } catch {
    return [json];
  }
}

function readRules(settings: Settings): Backend | undefined {
  const kind = readSetting(settings, 'ruler.storage.type');
  const isShared = kind === undefined && settings.raw('common.storage.filesystem') && settings.raw('ruler');
  if (kind === undefined && !isShared) return undefined;
  const ownBucket = readSetting(settings, 'ruler.storage.s3.bucketnames', 'ruler.storage.s3.s3');
  if (kind === 's3' && ownBucket === undefined) return undefined;
  const setting = isShared ? 'common.storage.filesystem' : 'ruler.storage.type';
  const paths = {
    kind: [],
    folder: ['ruler.storage.local.directory', 'common.storage.filesystem.rules_directory'],
    ...listPaths(OLD_CLIENTS, 'ruler.storage.s3', 'common.storage.s3'),
  };
  const rules = readBackend(settings, 'rules', paths, {
    kind: kind ?? 'filesystem',
    folder: '/loki/rules',
  });
  if (isOnDisk(rules)) {
    return {
      ...rules,
      setting,
      isReadOnly: true,
    };
  }
  return {
    ...rules,
    setting,
    prefix: joinPrefixes(rules.prefix, RULES_PREFIX),
  };
}

/**
 * With the new clients a block of its own counts, `common` for nothing in it; without a folder there is no ruler.
 * Sources: pkg/ruler/rulestore/config.go; grafana/loki#16543 and #22366.
 */
function readThanosRules(settings: Settings): Backend | undefined {
  const paths = {
    kind: ['ruler_storage.backend'],
    prefix: ['ruler_storage.storage_prefix'],
    folder: ['ruler_storage.local.directory', 'ruler_storage.filesystem.dir'],
    ...listPaths(THANOS_CLIENTS, 'ruler_storage.s3'),
  };
  const rules = readBackend(settings, 'rules', paths, {
    kind: 'filesystem',
    folder: '',
  });
  if (!isOnDisk(rules))
    return {
      ...rules,
      prefix: joinPrefixes(rules.prefix, RULES_PREFIX),
    };
  if (rules.folder === '') return undefined;
  return rules.kind === 'local'
    ? {
        ...rules,
        isReadOnly: true,
      }
    : rules;
}

/** Settings with a URL that holds keys. Keys in settings of their own look the same in every store. */
export function findKeySettings(settings: Settings): string[] {
  const named = Object.keys(settings.raw(`${OLD_CLIENTS.named}.aws`) ?? {});
  const blocks = [...OLD_CLIENTS.s3, 'ruler.storage.s3', ...named.map((name) => `${OLD_CLIENTS.named}.aws.${name}`)];
  const { url } = listPaths(OLD_CLIENTS, ...blocks);
  return url.filter((path) => holdsKeys(readSetting(settings, path)));
}
