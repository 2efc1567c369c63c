import { isInS3, listS3Paths, readBackend, type Backend } from './backend';
import type { Metric, StoreRequest } from './endpoint';
import { makeFargate } from './mimir-fargate';
import { addSeconds, query, secondsOf, STEP_S } from './request';
import { readSetting, type Settings } from './settings';
import { runsModule, type Store, type StoreService } from './store';

/** A subquery reaches this far after the beginning, in seconds: 240 evaluations. */
const SUBQUERY_REACH_S = 3600;
/** `up` is cheap where Prometheus scrapes; else every series is asked. */
const UP = 'up';
const ANY = '{__name__=~".+"}';
/** An instant query sees five minutes back (the lookback), so that steps of no more leave no gap. */
const BACK = {
  day: '1d',
  fine: '1m',
  coarse: '5m',
};
const QUERY = '/prometheus/api/v1/query';

/** A Mimir that runs no ingester has none. */
const SERIES_IN_MEMORY: Metric = {
  name: 'cortex_ingester_memory_series',
  isLate: true,
};

/** The commits are of Mimir 2.7 or later and of 3.x; its documentation of 2.5 and 3.2 has the same paths. */
const SOURCES = {
  ready: 'grafana.com/docs/mimir/v3.2.x/references/http-api, Readiness probe',
  configuration: 'grafana/mimir pkg/api/api.go:269 @00b4b54; pkg/api/handlers.go:148 @5c8ebfa',
  flush: 'grafana/mimir pkg/api/api.go:345 @00b4b54',
  metrics: 'grafana/mimir pkg/storage/tsdb/tsdb_metrics.go:239 @e924486; pkg/ingester/shipper.go:44 @2214da6',
  ring: 'grafana/mimir pkg/api/api.go:407 @00b4b54; grafana/dskit ring/http.go:38 and 140 @0b963d9, as Loki 3.7.6 answers it',
  query:
    'grafana/mimir pkg/api/api.go:508 @00b4b54; lookback: pkg/querier/engine/config.go:51 @01db6e1, Prometheus 2.42',
};

const STORAGE_SETTINGS = ['blocks_storage', 'ruler_storage', 'alertmanager_storage', 'common.storage'].flatMap(
  (block) =>
    [
      'backend',
      'storage_prefix',
      'filesystem.dir',
      's3.bucket_name',
      's3.region',
      's3.endpoint',
      's3.sse',
      'local.path',
    ].map((setting) => `${block}.${setting}`),
);

/** What dockerfiles/mimir sets. */
const MAX_SERIES = 500_000;
const RULER_PREFIX = 'mimirruler';

function readBackends(settings: Settings): Backend[] {
  const read = (block: string, what: string, folder: string) => {
    const isLocal = readSetting(settings, `${block}.backend`) === 'local';
    return readBackend(
      settings,
      what,
      {
        kind: [`${block}.backend`, 'common.storage.backend'],
        prefix: [`${block}.storage_prefix`, 'common.storage.storage_prefix'],
        folder: [isLocal ? `${block}.local.path` : `${block}.filesystem.dir`, 'common.storage.filesystem.dir'],
        ...listS3Paths('bucket_name', `${block}.s3`, 'common.storage.s3'),
      },
      {
        kind: 'filesystem',
        folder,
      },
    );
  };
  const backends = [read('blocks_storage', 'blocks', '/blocks')];
  if (runsModule(settings, ['all', 'ruler', 'backend'])) backends.push(read('ruler_storage', 'rules', '/ruler'));
  const alerts = read('alertmanager_storage', 'alerts', '/alertmanager');
  backends.push({
    ...alerts,
    ...(!settings.raw('alertmanager_storage') && { isImplied: true }),
  });
  // on `local` rules and alerts are files that somebody put there
  return backends.map((backend) =>
    backend.kind === 'local'
      ? {
          ...backend,
          isReadOnly: true,
        }
      : backend,
  );
}

/**
 * Of a host that took nothing in for an hour too: the newest of the last day, where none is of now. A subquery is an
 * evaluation a step, here 1,440 and 288, each over all its series: dear on a live host, so it is asked last and alone,
 * and not behind an `or`, of which both sides are always evaluated. Source: Prometheus, promql/engine.go, SubqueryExpr.
 */
function askNewest(): StoreRequest[] {
  const newest = (series: string) => `max(timestamp(${series}))`;
  const ofTheDay = (series: string, step: string) => `max(max_over_time(timestamp(${series})[${BACK.day}:${step}]))`;
  const queries = [newest(UP), newest(ANY), ofTheDay(UP, BACK.fine), ofTheDay(ANY, BACK.coarse)];
  return queries.map((text) => query(QUERY, { query: text }));
}

function askFirst(since: Date, now: Date): StoreRequest[] {
  const end = addSeconds(since, SUBQUERY_REACH_S, now);
  const range = Math.max(STEP_S, secondsOf(end) - secondsOf(since));
  return [UP, ANY].map((series) => {
    const early = `min(timestamp(${series}) >= ${secondsOf(since)})`;
    const first = `min_over_time(${early}[${range}s:${STEP_S}s])`;
    return query(QUERY, {
      query: first,
      time: secondsOf(end),
    });
  });
}

function readEnvironment(settings: Settings, backends: Backend[]): Record<string, string> {
  const environment: Record<string, string> = {};
  const rules = backends.find((backend) => backend.what === 'rules' && isInS3(backend));
  if (rules && rules.prefix !== RULER_PREFIX) environment['RULER_PREFIX'] = rules.prefix;
  const limit = readSetting(settings, 'limits.max_global_series_per_user');
  const series = Number(limit ?? MAX_SERIES);
  // 0: no limit
  if (series > MAX_SERIES || series === 0) environment['MAX_SERIES'] = String(series);
  return environment;
}

function advise({ environment }: StoreService) {
  const prefix = environment['S3_PREFIX'] ?? '';
  if (!/[^A-Za-z0-9]/.test(prefix)) return [];
  return [
    {
      key: 'environment.S3_PREFIX',
      message: `${prefix} has more than letters and digits, which Mimir refuses as a storage prefix`,
      fix: 'take one of letters and digits',
    },
  ];
}

/**
 * Sources, read 2026-11: Mimir's HTTP API and its reference of configuration parameters; metrics of its shipper and
 * ingester. Blocks of 2 h are cut when their head spans 3 h: one and a half times the range (Prometheus' TSDB).
 */
export const mimir: Store = {
  // 9009 is the plan document's
  ports: [9009, 8080],
  doors: [],
  oldHost: {
    port: 9009,
    variable: 'OLD_MIMIR_URL',
  },
  readBackends,
  fargate: makeFargate(readBackends),
  flags: {
    'ingester.ring.kvstore.store': 'ingester.ring.store',
    'limits.compactor_blocks_retention_period': 'compactor.blocks-retention-period',
    'limits.max_global_series_per_user': 'ingester.max-global-series-per-user',
    multitenancy_enabled: 'auth.multitenancy-enabled',
    no_auth_tenant: 'auth.no-auth-tenant',
  },
  expandsWithColon: true,
  ring: { blocks: ['ingester.ring'] },
  tenancy: {
    isSeveral: {
      paths: ['multitenancy_enabled'],
      byDefault: 'true',
    },
    single: {
      paths: ['no_auth_tenant'],
      byDefault: 'anonymous',
    },
  },
  retention: {
    paths: ['limits.compactor_blocks_retention_period'],
    byDefault: '0s',
  },
  compactors: ['all', 'compactor', 'backend'],
  scales: true,
  ready: {
    request: { path: '/ready' },
    seen: SOURCES.ready,
  },
  configuration: {
    requests: [{ path: '/config?mode=diff' }, { path: '/config' }],
    settings: ['target', ...STORAGE_SETTINGS],
    seen: SOURCES.configuration,
  },
  // the server's own write timeout may cut it: an empty reply says nothing
  flush: {
    request: {
      path: '/ingester/flush?wait=true',
      method: 'POST',
    },
    isAwaited: true,
    seen: SOURCES.flush,
  },
  metrics: {
    request: { path: '/metrics' },
    held: [SERIES_IN_MEMORY],
    stored: [{ name: 'cortex_ingester_shipper_uploads_total' }],
    memory: {
      ...SERIES_IN_MEMORY,
      unit: 'series',
    },
    seen: SOURCES.metrics,
  },
  ringPage: {
    request: { path: '/ingester/ring?tokens=false' },
    seen: SOURCES.ring,
  },
  newest: {
    ask: askNewest,
    isEnough: true,
    seen: SOURCES.query,
    // grafana/mimir pkg/querier/querier.go, Config: younger ones come from ingesters alone
    readsBucketAfter: { setting: 'querier.query_store_after' },
  },
  first: {
    ask: askFirst,
    isEnough: true,
    seen: SOURCES.query,
  },
  // an instant vector: when it was asked, and the value, which is a time here
  times: {
    pattern: '"value": ?\\[[0-9.]+, ?"[0-9.]+"',
    perSecond: 1,
  },
  visibility: {
    what: 'samples',
    onEcs: {
      upTo: '3h',
      why: 'blocks of 2 h, cut when their head spans 3 h',
    },
    onHost: {
      upTo: '12h',
      why: 'querier.query_store_after: a Mimir at its defaults looks for nothing younger in S3',
    },
  },
  // grafana/mimir pkg/distributor/distributor.go; rejected and deduplicated ones are none of them
  received: {
    metrics: [
      {
        name: 'cortex_distributor_received_samples_total',
        isLate: true,
      },
    ],
    unit: 'samples',
  },
  // grafana.com/docs/mimir/latest/references/http-api: Flush chunks or blocks, Prepare for shutdown, Shutdown, Configuration
  pushes: ['/api/v1/push', '/otlp/v1/metrics'],
  alertRules: {
    request: { path: '/prometheus/api/v1/rules?type=alert' },
    seen: 'grafana.com/docs/mimir/v3.2.x/references/http-api, List Prometheus rules',
  },
  administration: {
    paths: ['/ingester/flush', '/ingester/prepare-shutdown', '/ingester/shutdown', '/config'],
    isApart: false,
  },
  image: {
    version: '3.2.1',
    prefix: 'mimirblocks',
    retention: '0s',
    readEnvironment,
    places: ['RULER_PREFIX'],
    readOtherPrefixes: ({ RULER_PREFIX: prefix = RULER_PREFIX }) => ({ rules: prefix }),
  },
  boundaries: [
    {
      at: '3.0.0',
      what:
        'Kafka-based ingest storage became the architecture that is documented first, ' +
        'the read-write mode and deprecated options are gone',
      source: 'https://grafana.com/docs/mimir/latest/release-notes/v3.0/',
    },
  ],
  deadOptions: [
    {
      path: 'frontend.cache_unaligned_requests',
      since: '2.12.0',
      instead: 'limits.cache_unaligned_requests',
      source: 'https://grafana.com/docs/mimir/latest/release-notes/v2.12/',
    },
    {
      path: 'ingester.return_only_grpc_errors',
      since: '2.14.0',
      instead: 'nothing',
      source: 'https://grafana.com/docs/mimir/latest/release-notes/v2.12/',
    },
  ],
  bareSince: {
    version: '2.13.0',
    source: 'https://github.com/grafana/mimir/pull/8204',
  },
  publishedAs: ['mimir-alpine'],
  advise,
};
