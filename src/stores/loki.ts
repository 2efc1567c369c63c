import { findRegion, listS3Paths, readBackend, withoutGaps, type Backend } from './backend';
import { query, REACH_S, secondsOf } from './request';
import { readPath, readSetting, type Settings } from './settings';
import type { DeadOption, Store, StoreService } from './store';

/** The selector may not be empty; since 3.0 every stream has service_name, older ones mostly have job. */
const SELECTORS = ['{service_name=~".+"}', '{job=~".+"}'];

const PERIODS = 'schema_config.configs';

/** What dockerfiles/loki sets. */
const IMAGE_SCHEMA = [
  {
    from: '2024-01-01',
    store: 'tsdb',
    object_store: 's3',
    schema: 'v13',
    index: { prefix: 'loki_index_', period: '24h' },
  },
];

interface Streams {
  data?: { result?: { values?: [nanoseconds: string, line: string][] }[] };
}

const URL_PATHS = ['storage_config.aws.s3', 'common.storage.s3.s3'];

/** `s3://key:secret@region/bucket`: region and bucket in one setting, and maybe a key. */
function readUrl(settings: Settings): { bucket?: string; region?: string } {
  const url = readSetting(settings, ...URL_PATHS) ?? '';
  const [, host = '', bucket] = /^s3:\/\/(?:[^@/]*@)?([^/]*)\/(.+)$/.exec(url) ?? [];
  if (bucket === undefined) return {};
  const region = /^[a-z]{2}-/.test(host) ? (findRegion(host) ?? host) : undefined;
  return { bucket, ...(region !== undefined && { region }) };
}

/** A backend for each period of the schema, and one for rules that are not in S3. */
function readBackends(settings: Settings): Backend[] {
  const periods = settings.raw(PERIODS);
  const list = Array.isArray(periods) ? (periods as unknown[]) : [];
  const backends = list.map((period, index) => readPeriod(settings, period, `${PERIODS}.${index}.object_store`));
  const rules = readRules(settings);
  return rules ? [...backends, rules] : backends;
}

function readPeriod(settings: Settings, period: unknown, setting: string): Backend {
  const kind = readPath(period, ['object_store']) || 'filesystem';
  const since = readPath(period, ['from']);
  const s3 = listS3Paths('bucketnames', 'storage_config.aws', 'common.storage.s3');
  const paths = {
    kind: [],
    prefix: ['storage_config.object_prefix'],
    folder: ['storage_config.filesystem.directory', 'common.storage.filesystem.chunks_directory'],
    ...s3,
  };
  const backend = readBackend(settings, 'chunks and index', paths, { kind: 'filesystem', folder: '/loki/chunks' });
  // several buckets are one list of names
  const bucket = backend.bucket?.split(',')[0];
  return withoutGaps({
    ...backend,
    kind: kind === 'aws' ? 's3' : String(kind),
    setting,
    bucket,
    since: since === undefined ? undefined : describeDay(since),
    ...readUrl(settings),
  });
}

/** YAML reads `2024-01-01` as text, some writers as a time. */
const describeDay = (since: unknown): string =>
  since instanceof Date ? since.toISOString().slice(0, 10) : String(since);

function readRules(settings: Settings): Backend | undefined {
  const kind = readSetting(settings, 'ruler.storage.type');
  const isShared = kind === undefined && settings.raw('common.storage.filesystem') && settings.raw('ruler');
  if (kind === 's3' || (kind === undefined && !isShared)) return undefined;
  const setting = isShared ? 'common.storage.filesystem' : 'ruler.storage.type';
  const s3 = listS3Paths('bucketnames', 'storage_config.aws', 'common.storage.s3');
  const rules = readBackend(
    settings,
    'rules',
    { kind: [], ...s3 },
    { kind: kind ?? 'filesystem', folder: '/loki/rules' },
  );
  return { ...rules, setting };
}

function ask(direction: 'backward' | 'forward', start: Date, end: Date) {
  const range = { limit: 1, direction, start: secondsOf(start), end: secondsOf(end) + 1 };
  return SELECTORS.map((selector) => query('/loki/api/v1/query_range', { query: selector, ...range }));
}

function readEnvironment(settings: Settings): Record<string, string> {
  const periods = JSON.stringify(settings.raw(PERIODS) ?? IMAGE_SCHEMA);
  return periods === JSON.stringify(IMAGE_SCHEMA) ? {} : { LOKI_SCHEMA: periods };
}

function advise({ count, copies }: StoreService) {
  if (count >= 3 || copies !== 1) return [];
  const [tasks, failing] = count > 1 ? ['tasks', 'its share of writes fails'] : ['task', 'writes fail'];
  return [
    {
      key: 'count',
      message: `loki has ${count} ${tasks}, so one copy of each line: while one is replaced, ${failing}`,
      fix: "3 tasks keep three copies and outlive one; or leave it and let Alloy's queues retry",
    },
  ];
}

const DEAD_OPTIONS: Record<string, string> = {
  'storage_config.boltdb_shipper.shared_store': 'object_store of the schema period',
  'storage_config.tsdb_shipper.shared_store': 'object_store of the schema period',
  'compactor.shared_store': 'delete_request_store',
  'chunk_store_config.max_look_back_period': 'limits_config.max_query_lookback',
  'limits_config.enforce_metric_name': 'nothing',
  'limits_config.ruler_evaluation_delay_duration': 'nothing',
  'ingester.max_transfer_retries': 'ingester.wal',
  'querier.query_timeout': 'limits_config.query_timeout',
  'query_range.split_queries_by_interval': 'limits_config.split_queries_by_interval',
  'storage_config.tsdb_shipper.use_boltdb_shipper_as_backup': 'nothing',
};

const UPGRADE_3 = 'https://grafana.com/docs/loki/latest/setup/upgrade/#300';

const deadOptions = Object.entries(DEAD_OPTIONS).map(([path, instead]): DeadOption => ({
  path,
  instead,
  since: '3.0.0',
  source: UPGRADE_3,
}));

/**
 * Sources, read 2026-11: Loki's HTTP API and its reference of configuration parameters; pkg/loki/config_handler.go for
 * `mode=diff`; metrics of pkg/ingester/flush.go.
 */
export const loki: Store = {
  ports: [3100],
  oldHost: { port: 3100, variable: 'OLD_LOKI_URL' },
  readBackends,
  flags: {
    'ingester.lifecycler.ring.kvstore.store': 'ring.store',
    'ingester.lifecycler.ring.replication_factor': 'distributor.replication-factor',
    'common.ring.kvstore.store': 'common.storage.ring.store',
    'limits_config.retention_period': 'store.retention',
    'compactor.retention_enabled': 'compactor.retention-enabled',
    auth_enabled: 'auth.enabled',
  },
  ring: { blocks: ['ingester.lifecycler.ring', 'common.ring'] },
  tenancy: {
    isSeveral: { paths: ['auth_enabled'], byDefault: 'true' },
    single: { paths: [], byDefault: 'fake' },
  },
  retention: { paths: ['limits_config.retention_period'], byDefault: '0s' },
  isRetentionOn: (settings) => readSetting(settings, 'compactor.retention_enabled') === 'true',
  compactors: ['all', 'backend', 'compactor'],
  findKeySettings: (settings) => URL_PATHS.filter((path) => /^s3:\/\/[^@/]+@/.test(readSetting(settings, path) ?? '')),
  schema: { setting: PERIODS },
  sharesPrefix: true,
  scales: true,
  configuration: { path: '/config?mode=diff' },
  flush: { path: '/flush', method: 'POST' },
  held: ['loki_ingester_memory_chunks'],
  stored: ['loki_ingester_chunks_stored_total'],
  memory: { metric: 'loki_ingester_memory_chunks', unit: 'chunks' },
  askNewest: (now) => ask('backward', new Date(now.getTime() - REACH_S * 1000), now),
  askFirst: (since, now) => ask('forward', since, now),
  readTimes: (body) => {
    const { data } = JSON.parse(body) as Streams;
    const streams = data?.result ?? [];
    return streams.flatMap(({ values = [] }) => values.map(([nanoseconds]) => Number(nanoseconds) / 1e6));
  },
  visibility: {
    what: 'lines',
    onEcs: { upTo: '2h', why: 'max_chunk_age' },
    onHost: { upTo: '30m', why: 'max_chunk_age' },
  },
  image: { version: '3.7.8', prefix: 'loki', retention: '0s', readEnvironment },
  boundaries: [
    {
      at: '3.0.0',
      what:
        'structured metadata is on, which a schema other than tsdb v13 does not start with, and shared_store is gone: ' +
        'an index in another store than its chunks is lost',
      source: UPGRADE_3,
    },
  ],
  deadOptions,
  bareSince: { version: '3.6.0', source: 'https://github.com/grafana/loki/issues/20149' },
  advise,
};
