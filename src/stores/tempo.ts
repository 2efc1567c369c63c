import { listS3Paths, readBackend, type Backend } from './backend';
import type { Metric, StoreRequest } from './endpoint';
import { makeFargate } from './tempo-fargate';
import { addSeconds, query, REACH_S, secondsOf } from './request';
import { readSetting, type Settings } from './settings';
import type { DeadOption, Store, StoreService } from './store';

/** A search stops at its limit, in no order: windows that widen keep the error below the narrowest that has traces. */
const WINDOWS_S = [15, 60, 300, 3600, 21_600, REACH_S];
/** Enough that the newest of a narrow window is among them. */
const LIMIT = 100;

const SEEN = 'Tempo 2.10.8';
/** No ingesters from then on, whose the flush and these metrics are; live stores have others. */
const LIVE_STORES = '3.0.0';
const LIVE_TRACES: Metric = {
  name: 'tempo_ingester_live_traces',
  isLate: true,
};
const STORAGE_SETTINGS = ['backend', 'local.path', 's3.bucket', 's3.prefix', 's3.region', 's3.endpoint', 's3.sse'].map(
  (setting) => `storage.trace.${setting}`,
);

function readBackends(settings: Settings): Backend[] {
  const paths = {
    kind: ['storage.trace.backend'],
    prefix: ['storage.trace.s3.prefix'],
    folder: ['storage.trace.local.path'],
    ...listS3Paths('bucket', 'storage.trace.s3'),
  };
  return [
    readBackend(settings, 'traces', paths, {
      kind: 'local',
      folder: '/var/tempo/traces',
    }),
  ];
}

const search = (start: Date, end: Date): StoreRequest =>
  query('/api/search', {
    start: secondsOf(start),
    end: secondsOf(end) + 1,
    limit: LIMIT,
  });

function advise({ version = '' }: StoreService) {
  if (!version.startsWith('3.')) return [];
  return [
    {
      key: 'version',
      message: `Tempo ${version} does not upload what it holds when it stops: those traces are lost with the task's disk`,
      fix: 'stay on 2.10.8',
    },
  ];
}

const UPGRADE_3 = 'https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/upgrade/';

const DEAD_OPTIONS: Record<string, string> = {
  ingester: 'nothing: block builders and live stores replace it',
  compactor: 'backend_scheduler and backend_worker',
  partition_ring_live_store: 'nothing',
};

const deadOptions = Object.entries(DEAD_OPTIONS).map(([path, instead]): DeadOption => ({
  path,
  instead,
  since: LIVE_STORES,
  source: UPGRADE_3,
}));

/** 3200 answers it with a 404, for which a sender drops its spans for good. */
const OTLP_HTTP_PORT = 4318;

const countAccepted = (transport: string): Metric => ({
  name: 'tempo_receiver_accepted_spans',
  label: `otlp_receiver",transport="${transport}"`,
  isLate: true,
});

/**
 * Sources, read 2026-11: Tempo's HTTP API and its configuration reference; cmd/tempo/app/app.go for `mode=diff`;
 * metrics of modules/ingester/flush.go.
 */
export const tempo: Store = {
  ports: [3200],
  doors: [
    {
      port: 4317,
      speaks: 'OTLP over gRPC',
    },
    {
      port: OTLP_HTTP_PORT,
      speaks: 'OTLP over HTTP',
    },
  ],
  oldHost: {
    port: OTLP_HTTP_PORT,
    variable: 'OLD_TEMPO_OTLP_URL',
  },
  readBackends,
  fargate: makeFargate(readBackends),
  flags: {
    'ingester.lifecycler.ring.kvstore.store': 'ring.store',
    'ingester.lifecycler.ring.replication_factor': 'distributor.replication-factor',
    multitenancy_enabled: 'multitenancy.enabled',
  },
  ring: {
    blocks: ['ingester.lifecycler.ring'],
  },
  tenancy: {
    isSeveral: {
      paths: ['multitenancy_enabled'],
      byDefault: 'false',
    },
    single: {
      paths: [],
      byDefault: 'single-tenant',
    },
  },
  retention: {
    // tempodb/retention.go, retainTenant: an override counts before the compactor's, unless it is 0
    paths: [
      'overrides.defaults.compaction.block_retention',
      'overrides.block_retention',
      'compactor.compaction.block_retention',
    ],
    byDefault: '336h',
  },
  compactors: ['all', 'compactor', 'scalable-single-binary'],
  isCompactorOff: (settings) => readSetting(settings, 'compactor.disabled') === 'true',
  compactsAlone: true,
  // 2.10.8, tried: all is in S3 within a second of SIGTERM, and the process does not end
  knownExit: {
    code: 137,
    why: 'it has written everything within a second of SIGTERM, and hangs until its stop timeout',
  },
  ready: {
    request: {
      path: '/ready',
    },
    seen: SEEN,
  },
  // a line and a `---` come first: two documents of YAML
  configuration: {
    requests: [
      {
        path: '/status/config?mode=diff',
      },
      {
        path: '/status/config',
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
    until: LIVE_STORES,
  },
  metrics: {
    request: {
      path: '/metrics',
    },
    // both are 0 while a block is still being written
    held: [LIVE_TRACES],
    queued: [
      {
        name: 'tempo_ingester_flush_queue_length',
      },
    ],
    stored: [
      {
        name: 'tempo_ingester_blocks_flushed_total',
      },
    ],
    memory: {
      ...LIVE_TRACES,
      unit: 'traces',
    },
    seen: SEEN,
    until: LIVE_STORES,
  },
  newest: {
    ask: (now) => WINDOWS_S.map((window) => search(new Date(now.getTime() - window * 1000), now)),
    isEnough: true,
    seen: SEEN,
    // younger ones come from ingesters alone; of 0 its configuration says nothing (`omitempty`)
    readsBucketAfter: {
      setting: 'query_frontend.search.query_backend_after',
    },
  },
  first: {
    ask: (since, now) => WINDOWS_S.map((window) => search(since, addSeconds(since, window, now))),
    seen: SEEN,
  },
  times: {
    pattern: '"startTimeUnixNano": ?"[0-9]+"',
    perSecond: 1e9,
  },
  visibility: {
    what: 'traces',
    onEcs: {
      upTo: '30m',
      why: 'max_block_duration',
    },
    onHost: {
      upTo: '15m',
      why: 'query_backend_after: a search at its defaults looks for nothing younger in S3',
    },
  },
  // grafana/tempo modules/distributor/distributor.go
  received: {
    metrics: [
      {
        name: 'tempo_distributor_spans_received_total',
        isLate: true,
      },
    ],
    unit: 'spans',
    // grafana/tempo modules/distributor/receiver/metrics_provider.go: receiver, then transport
    ports: [
      {
        port: 4317,
        metrics: [countAccepted('grpc')],
      },
      {
        port: OTLP_HTTP_PORT,
        metrics: [countAccepted('http')],
      },
    ],
  },
  // grafana.com/docs/tempo/latest/api_docs: Flush, Shutdown, Status
  pushes: ['/v1/traces'],
  administration: {
    paths: ['/flush', '/shutdown', '/status/config'],
    isApart: true,
  },
  image: {
    version: '2.10.8',
    prefix: 'tempo',
    retention: '336h',
    readEnvironment: () => ({}),
  },
  boundaries: [
    {
      at: '2.5.0',
      what: 'vParquet blocks (the first version) are not read any more',
      source: 'https://github.com/grafana/tempo/pull/3663',
    },
    {
      at: '2.6.0',
      what: 'vParquet4 is the default block format, which older versions do not read',
      source: 'https://grafana.com/docs/tempo/v2.6.x/setup/upgrade/',
    },
    {
      at: LIVE_STORES,
      what:
        'v2 and vParquet3 blocks are not read any more, block builders and live stores replace ingester and compactor, ' +
        'and there is no downgrade',
      source: UPGRADE_3,
    },
  ],
  deadOptions,
  bareSince: {
    version: '2.10.0',
    source: 'https://github.com/grafana/tempo/pull/5717',
  },
  advise,
};
