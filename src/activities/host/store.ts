import { parse } from 'yaml';
import type { Question } from './component';

/** A place where a store keeps data, after its own word. */
export interface Backend {
  /** `blocks`, `chunks and index`, `rules` */
  what: string;
  /** `s3`, `filesystem`, `gcs` … */
  kind: string;
  bucket?: string;
  prefix: string;
  endpoint?: string;
  /** of a filesystem, inside the container */
  path?: string;
}

/** How a store is asked for what it is set to, what it holds in memory and what it has stored, and told to write. */
export interface Store {
  /** what differs from the defaults: the whole would not fit into SSM's 24,000 characters */
  config: string;
  /** what it does not need to say when it is the default */
  backends: (config: unknown) => Backend[];
  flush: { path: string; question: Question };
  /** metrics whose sum is 0 when nothing is left to write */
  held: string[];
  /** counters that rise when it has written; they tell this store from another one that writes to the same prefix */
  stored: string[];
}

export const STORE_NAMES = ['mimir', 'loki', 'tempo', 'pyroscope'] as const;
export type StoreName = (typeof STORE_NAMES)[number];
export const isStore = (name: string | undefined): name is StoreName =>
  (STORE_NAMES as readonly string[]).includes(name ?? '');

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );
}

/** The first of these settings that is given, as text. */
function first(config: unknown, ...paths: string[]): string | undefined {
  const found = paths.map((path) => at(config, path)).find((value) => typeof value === 'string' && value !== '');
  return found as string | undefined;
}

const prefixed = (prefix = '') => prefix.replace(/^\/+|\/+$/g, '');
/** Without the keys that are not there. */
const present = (value: { [key in keyof Backend]: Backend[key] | undefined }): Backend =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as unknown as Backend;

function mimir(config: unknown): Backend[] {
  const one = (block: string, what: string, folder: string): Backend =>
    present({
      what,
      kind: first(config, `${block}.backend`, 'common.storage.backend') ?? 'filesystem',
      bucket: first(config, `${block}.s3.bucket_name`, 'common.storage.s3.bucket_name'),
      prefix: prefixed(first(config, `${block}.storage_prefix`, 'common.storage.storage_prefix')),
      endpoint: first(config, `${block}.s3.endpoint`, 'common.storage.s3.endpoint'),
      path: first(config, `${block}.filesystem.dir`, 'common.storage.filesystem.dir') ?? folder,
    });
  // rules on `local` are files that somebody put there, and Mimir only reads them
  return [
    one('blocks_storage', 'blocks', '/blocks'),
    one('ruler_storage', 'rules', '/ruler'),
    one('alertmanager_storage', 'alerts', '/alertmanager'),
  ].filter(({ kind }) => kind !== 'local');
}

function loki(config: unknown): Backend[] {
  const periods = at(config, 'schema_config.configs');
  const kinds = [
    ...new Set((Array.isArray(periods) ? periods : []).map((period) => first(period, 'object_store') ?? 'filesystem')),
  ];
  const url = /^s3:\/\/(?:[^@/]*@)?[^/]*\/(.+)$/.exec(
    first(config, 'storage_config.aws.s3', 'common.storage.s3.s3') ?? '',
  );
  return kinds.map((kind) =>
    present({
      what: 'chunks and index',
      kind: kind === 'aws' ? 's3' : kind,
      bucket:
        first(config, 'storage_config.aws.bucketnames', 'common.storage.s3.bucketnames')?.split(',')[0] ?? url?.[1],
      prefix: prefixed(first(config, 'storage_config.object_prefix')),
      endpoint: first(config, 'storage_config.aws.endpoint', 'common.storage.s3.endpoint'),
      path:
        first(config, 'storage_config.filesystem.directory', 'common.storage.filesystem.chunks_directory') ??
        '/loki/chunks',
    }),
  );
}

const tempo = (config: unknown): Backend[] => [
  present({
    what: 'traces',
    kind: first(config, 'storage.trace.backend') ?? 'local',
    bucket: first(config, 'storage.trace.s3.bucket'),
    prefix: prefixed(first(config, 'storage.trace.s3.prefix')),
    endpoint: first(config, 'storage.trace.s3.endpoint'),
    path: first(config, 'storage.trace.local.path') ?? '/var/tempo/traces',
  }),
];

const pyroscope = (config: unknown): Backend[] => [
  present({
    what: 'profiles',
    kind: first(config, 'storage.backend') ?? 'filesystem',
    bucket: first(config, 'storage.s3.bucket_name'),
    prefix: prefixed(first(config, 'storage.prefix')),
    endpoint: first(config, 'storage.s3.endpoint'),
    path: first(config, 'storage.filesystem.dir', 'pyroscopedb.data_path') ?? '/data',
  }),
];

/**
 * Paths and methods after the vendors' API references (Mimir `GET /config?mode=diff`, `POST /ingester/flush`; Loki `GET /config`,
 * `POST /flush`; Tempo `GET /status/config`, `GET,POST /flush`) and Pyroscope's pkg/api/api.go, which has no /flush but its ingester's
 * Connect service. Loki's `diff` stands in pkg/loki/config_handler.go, Tempo's in cmd/tempo/app/app.go. Metrics: Mimir's shipper and
 * ingester, pkg/ingester/flush.go of Loki and modules/ingester/flush.go of Tempo, pkg/phlaredb of Pyroscope.
 */
export const STORES: Record<StoreName, Store> = {
  mimir: {
    config: '/config?mode=diff',
    backends: mimir,
    flush: { path: '/ingester/flush?wait=true', question: { method: 'POST' } },
    held: ['cortex_ingester_memory_series'],
    stored: ['cortex_ingester_shipper_uploads_total'],
  },
  loki: {
    config: '/config?mode=diff',
    backends: loki,
    flush: { path: '/flush', question: { method: 'POST' } },
    held: ['loki_ingester_memory_chunks'],
    stored: ['loki_ingester_chunks_stored_total'],
  },
  tempo: {
    config: '/status/config?mode=diff',
    backends: tempo,
    flush: { path: '/flush', question: { method: 'POST' } },
    held: ['tempo_ingester_live_traces', 'tempo_ingester_flush_queue_length'],
    stored: ['tempo_ingester_blocks_flushed_total'],
  },
  pyroscope: {
    config: '/api/v1/status/config/diff',
    backends: pyroscope,
    flush: {
      path: '/ingester.v1.IngesterService/Flush',
      question: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    },
    held: ['pyroscope_tsdb_head_series'],
    stored: ['pyroscope_shipper_uploads_total'],
  },
};

/** Lines of a configuration that must not come into SSM's output: keys, passwords, and URLs that hold them. */
export const SECRET_LINES = 'secret|password|access_key|token|://[^/ ]*@';

/** Where a store keeps its data. @throws an Error that says what the answer was, where it is no configuration */
export function backendsOf(name: StoreName, text: string): Backend[] {
  const config: unknown = parse(text);
  if (config !== null && typeof config !== 'object') throw new Error(`${text.slice(0, 80)} is no configuration`);
  return STORES[name].backends(config);
}

/** Whether S3 of AWS holds it; MinIO and the like are on a host that goes away. */
export const inS3 = ({ kind, endpoint }: Backend): boolean =>
  kind === 's3' && (!endpoint || /(^|\.)amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(endpoint));
