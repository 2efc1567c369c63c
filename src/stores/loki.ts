import type { Metric } from './endpoint';
import { deadOptions, SHIPPED, UPGRADE_3 } from './loki-configuration';
import { fargate } from './loki-fargate';
import {
  describeList,
  describePeriods,
  findKeySettings,
  nameImageStores,
  PERIODS,
  readBackends,
  STORAGE_FLAGS,
  STORAGE_SETTINGS,
} from './loki-storage';
import { query, REACH_S, secondsOf } from './request';
import { readSetting, type Settings } from './settings';
import type { Store, StoreService } from './store';

/** The selector may not be empty; since 3.0 every stream has service_name, older ones mostly have job. */
const SELECTORS = ['{service_name=~".+"}', '{job=~".+"}'];

/** What dockerfiles/loki sets. */
const IMAGE_SCHEMA = [
  {
    from: '2024-01-01',
    store: 'tsdb',
    object_store: 's3',
    schema: 'v13',
    index: {
      prefix: 'loki_index_',
      period: '24h',
    },
  },
];

const SEEN = 'Loki 3.7.6';
const CHUNKS_IN_MEMORY: Metric = {
  name: 'loki_ingester_memory_chunks',
};

function ask(direction: 'backward' | 'forward', start: Date, end: Date) {
  const range = {
    limit: 1,
    direction,
    start: secondsOf(start),
    end: secondsOf(end) + 1,
  };
  return SELECTORS.map((selector) =>
    query('/loki/api/v1/query_range', {
      query: selector,
      ...range,
    }),
  );
}

const askNewest = (now: Date) => ask('backward', new Date(now.getTime() - REACH_S * 1000), now);

function readEnvironment(settings: Settings): Record<string, string> {
  const periods = JSON.stringify(nameImageStores(settings) ?? IMAGE_SCHEMA);
  return periods === JSON.stringify(IMAGE_SCHEMA)
    ? {}
    : {
        LOKI_SCHEMA: periods,
      };
}

/**
 * Seen on Loki 3.7.6, one of two tasks killed: pushes 204 and reads 500 `too many unhealthy instances in the ring`, which
 * showed it unhealthy after 47 s. In another trial a third of writes failed.
 */
const LOSS_OF_ONE = 'while one of them is gone reads fail for at least 20 s, and up to a third of writes';
const LOSS_OF_ALL = 'while it is gone reads and writes fail';

function advise({ count, copies }: StoreService) {
  if (count >= 3 || copies !== 1) return [];
  const [tasks, loss] = count > 1 ? ['tasks', LOSS_OF_ONE] : ['task', LOSS_OF_ALL];
  return [
    {
      key: 'count',
      message: `loki has ${count} ${tasks}, so one copy of each line: ${loss}`,
      fix: "3 tasks keep three copies and outlive one; or leave it: Alloy's queues retry writes, not reads",
    },
  ];
}

/**
 * Sources, read 2026-11: Loki's HTTP API and its reference of configuration parameters; pkg/loki/config_handler.go for
 * `mode=diff`; metrics of pkg/ingester/flush.go.
 */
export const loki: Store = {
  ports: [3100],
  doors: [],
  oldHost: {
    port: 3100,
    variable: 'OLD_LOKI_URL',
  },
  readBackends,
  fargate,
  flags: {
    ...STORAGE_FLAGS,
    'ingester.lifecycler.ring.kvstore.store': 'ring.store',
    'ingester.lifecycler.ring.replication_factor': 'distributor.replication-factor',
    'common.ring.kvstore.store': 'common.storage.ring.store',
    'limits_config.retention_period': 'store.retention',
    'compactor.retention_enabled': 'compactor.retention-enabled',
    auth_enabled: 'auth.enabled',
  },
  ring: {
    blocks: ['ingester.lifecycler.ring', 'common.ring'],
  },
  tenancy: {
    isSeveral: {
      paths: ['auth_enabled'],
      byDefault: 'true',
    },
    single: {
      paths: [],
      byDefault: 'fake',
    },
  },
  retention: {
    paths: ['limits_config.retention_period'],
    byDefault: '0s',
  },
  isRetentionOn: (settings) => readSetting(settings, 'compactor.retention_enabled') === 'true',
  compactors: ['all', 'backend', 'compactor'],
  findKeySettings,
  schema: {
    setting: PERIODS,
    describe: describePeriods,
    describeImage: ({ LOKI_SCHEMA: periods = JSON.stringify(IMAGE_SCHEMA) }) => describeList(periods),
  },
  sharesPrefix: true,
  scales: true,
  ready: {
    request: {
      path: '/ready',
    },
    seen: SEEN,
  },
  // `mode=diff` answers 500 on every configuration: `unsupported type <nil>`
  configuration: {
    requests: [
      {
        path: '/config',
      },
    ],
    settings: STORAGE_SETTINGS,
    seen: SEEN,
  },
  flush: {
    request: {
      path: '/flush',
      method: 'POST',
    },
    isAwaited: false,
    seen: SEEN,
  },
  metrics: {
    request: {
      path: '/metrics',
    },
    // chunks stay in memory for a while after they were stored
    held: [CHUNKS_IN_MEMORY],
    queued: [
      {
        name: 'loki_ingester_flush_queue_length',
      },
    ],
    stored: [
      {
        name: 'loki_ingester_chunks_stored_total',
        isLate: true,
      },
    ],
    memory: {
      ...CHUNKS_IN_MEMORY,
      unit: 'chunks',
    },
    seen: SEEN,
  },
  ringPage: {
    request: {
      path: '/ring?tokens=false',
    },
    seen: SEEN,
  },
  newest: {
    ask: askNewest,
    // a range ends with the second after
    askBefore: (moment) => askNewest(new Date(moment.getTime() - 1000)),
    isEnough: true,
    readsBucketAfter: 'any',
    seen: SEEN,
  },
  first: {
    ask: (since, now) => ask('forward', since, now),
    isEnough: true,
    readsBucketAfter: 'any',
    seen: SEEN,
  },
  // the beginning of a line's entry; within a line a quote is escaped
  times: {
    pattern: '\\[ ?"[0-9]{16,}"',
    perSecond: 1e9,
  },
  visibility: {
    what: 'lines',
    onEcs: {
      upTo: '2h',
      why: 'max_chunk_age',
    },
    onHost: {
      upTo: '30m',
      why: 'max_chunk_age',
    },
  },
  // grafana/loki pkg/loghttp/push/push.go; docs/operations/observability.md
  received: {
    metrics: [
      {
        name: 'loki_distributor_lines_received_total',
        isLate: true,
      },
    ],
    unit: 'lines',
  },
  // grafana.com/docs/loki/latest/reference/loki-http-api: Flush in-memory chunks, Prepare ingester shutdown, Flush and shut down
  pushes: ['/loki/api/v1/push', '/otlp/v1/logs'],
  alertRules: {
    request: { path: '/prometheus/api/v1/rules?type=alert' },
    seen: 'grafana.com/docs/loki/v3.7.x/reference/loki-http-api, List rules',
  },
  administration: {
    paths: ['/flush', '/ingester/prepare_shutdown', '/ingester/shutdown', '/config'],
    isApart: false,
  },
  image: {
    version: '3.7.8',
    prefix: 'loki',
    retention: '0s',
    readEnvironment,
    places: ['LOKI_SCHEMA'],
  },
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
  shipped: SHIPPED,
  bareSince: {
    version: '3.6.0',
    source: 'https://github.com/grafana/loki/issues/20149',
  },
  advise,
};
