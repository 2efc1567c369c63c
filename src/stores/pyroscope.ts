import { listS3Paths, readBackend, type Backend } from './backend';
import type { Metric } from './endpoint';
import { makeFargate } from './pyroscope-fargate';
import { addSeconds, STEP_S } from './request';
import type { Settings } from './settings';
import type { Store } from './store';

/** A profile that every Go program has; the first sample is looked for in it. */
const PROFILE_TYPE = 'process_cpu:cpu:nanoseconds:cpu:nanoseconds';
const FIRST_REACH_S = 3600;
/** Each step of it is in the answer, of which SSM cuts all above 24,000 characters. */
const BEFORE_REACH_S = 900;

/** The commits are of 1.x, but the shipper's, which is of 2.x. */
const SOURCES = {
  ready: 'grafana/pyroscope pkg/api/api.go:252 @0212e89',
  configuration: 'grafana/pyroscope pkg/api/api.go:128 and 136 @0212e89',
  flush: 'grafana/pyroscope pkg/api/api.go:248 @0212e89',
  metrics: 'grafana/pyroscope pkg/phlaredb/metrics.go:81 @0920249; pkg/phlaredb/shipper/shipper.go:55 @40a671f',
  ring: 'grafana/pyroscope pkg/api/api.go:221 @0212e89; grafana/dskit ring/http.go:38 and 140 @0b963d9, as Loki 3.7.6 answers it',
  newest: 'grafana/pyroscope api/querier/v1/querier.proto:63 @0003648; api/types/v1/types.proto:106 @06206ad',
  first: 'grafana/pyroscope api/querier/v1/querier.proto:49 @0003648; api/types/v1/types.proto:32 @06206ad',
};

/** By default it writes profiles by segment writers then, so that its ingesters hold and flush nothing new. */
const SEGMENT_WRITERS = '2.0.0';

/** Falls when blocks are cut, as its other types don't; `pyroscope_tsdb_head_series` never falls again. */
const HEAD_SIZE: Metric = {
  name: 'pyroscope_head_size_bytes',
  label: 'type="profiles"',
  isLate: true,
};

/** Registered with a tenant's shipper, at its first profile. Source: pkg/ingester/instance.go, newInstance. */
const UPLOADS: Metric = {
  name: 'pyroscope_shipper_uploads_total',
  isLate: true,
};

const STORAGE_SETTINGS = [
  'pyroscopedb.data_path',
  ...[
    'backend',
    'prefix',
    'storage_prefix',
    'filesystem.dir',
    's3.bucket_name',
    's3.region',
    's3.endpoint',
    's3.sse',
  ].map((setting) => `storage.${setting}`),
];

/**
 * Without a storage block version 1 keeps its profiles under pyroscopedb.data_path only. `storage_prefix` is what
 * `prefix` was called before 1.14, which still takes it, alone. Source: pkg/objstore/client/config.go, getPrefix.
 */
function readBackends(settings: Settings): Backend[] {
  const paths = {
    kind: ['storage.backend'],
    prefix: ['storage.prefix', 'storage.storage_prefix'],
    folder: ['storage.filesystem.dir', 'pyroscopedb.data_path'],
    ...listS3Paths('bucket_name', 'storage.s3'),
  };
  return [
    readBackend(settings, 'profiles', paths, {
      kind: 'filesystem',
      folder: '/data',
    }),
  ];
}

/** Connect's service of the querier. */
const ask = (method: string, body: object) => ({
  path: `/querier.v1.QuerierService/${method}`,
  body: JSON.stringify(body),
});

/** When there were profiles, in steps. */
const askSeries = (start: Date, end: Date) =>
  ask('SelectSeries', {
    profileTypeID: PROFILE_TYPE,
    labelSelector: '{}',
    start: start.getTime(),
    end: end.getTime(),
    step: STEP_S,
  });

/**
 * Sources, read 2026-11: Pyroscope's HTTP API and its reference of configuration parameters; pkg/api/api.go, which has
 * no /flush but its ingester's Connect service; metrics of pkg/phlaredb.
 */
export const pyroscope: Store = {
  ports: [4040],
  doors: [],
  oldHost: {
    port: 4040,
    variable: 'OLD_PYROSCOPE_URL',
  },
  readBackends,
  fargate: makeFargate(readBackends),
  flags: {
    'ingester.lifecycler.ring.kvstore.store': 'ring.store',
    'ingester.lifecycler.ring.replication_factor': 'distributor.replication-factor',
    'limits.compactor_blocks_retention_period': 'compactor.blocks-retention-period',
    multitenancy_enabled: 'auth.multitenancy-enabled',
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
      byDefault: 'anonymous',
    },
  },
  retention: {
    paths: ['limits.compactor_blocks_retention_period'],
    byDefault: '0s',
  },
  compactors: ['all', 'compactor'],
  ready: {
    request: {
      path: '/ready',
    },
    seen: SOURCES.ready,
  },
  configuration: {
    requests: [
      {
        path: '/api/v1/status/config/diff',
      },
      {
        path: '/api/v1/status/config',
      },
    ],
    settings: STORAGE_SETTINGS,
    seen: SOURCES.configuration,
  },
  // cut by its own write timeout of 60 s: an empty reply says nothing
  flush: {
    request: {
      path: '/ingester.v1.IngesterService/Flush',
      method: 'POST',
      body: '{}',
    },
    isAwaited: true,
    seen: SOURCES.flush,
    until: SEGMENT_WRITERS,
  },
  metrics: {
    request: {
      path: '/metrics',
    },
    held: [HEAD_SIZE],
    stored: [UPLOADS],
    memory: {
      ...HEAD_SIZE,
      unit: 'bytes',
    },
    seen: SOURCES.metrics,
    until: SEGMENT_WRITERS,
  },
  ringPage: {
    request: {
      path: '/ring?tokens=false',
    },
    seen: SOURCES.ring,
  },
  newest: {
    ask: () => [ask('GetProfileStats', {})],
    readsBucketAfter: 'any',
    askBefore: (moment) => [askSeries(new Date(moment.getTime() - BEFORE_REACH_S * 1000), moment)],
    seen: SOURCES.newest,
  },
  first: {
    ask: (since, now) => [askSeries(since, addSeconds(since, FIRST_REACH_S, now))],
    seen: SOURCES.first,
  },
  // 64-bit numbers are strings in Connect's JSON; 0: it has none
  times: {
    pattern: '"(newestProfileTime|timestamp)": ?"?[1-9][0-9]*',
    perSecond: 1000,
  },
  visibility: {
    what: 'profiles',
    onEcs: {
      upTo: '1h',
      why: 'max_block_duration',
    },
    onHost: {
      upTo: '4h',
      why: 'query_store_after: a Pyroscope at its defaults looks for nothing younger in S3',
    },
  },
  // grafana/pyroscope pkg/distributor/metrics.go: a histogram, one observation a profile
  received: {
    metrics: [
      {
        name: 'pyroscope_distributor_received_compressed_bytes_count',
        isLate: true,
      },
    ],
    unit: 'profiles',
  },
  // pkg/api/api.go of grafana/pyroscope: its ingester's Connect service, and its configuration
  pushes: ['/ingest', '/push.v1.PusherService/Push'],
  administration: {
    paths: ['/ingester.v1.IngesterService/Flush', '/api/v1/status/config'],
    isApart: false,
  },
  image: {
    version: '1.21.1',
    prefix: 'pyroscope',
    retention: '0s',
    readEnvironment: () => ({}),
  },
  boundaries: [
    {
      at: SEGMENT_WRITERS,
      what: 'profiles are written as v2 by default, which is another layout in S3 with a metastore of its own',
      source: 'https://grafana.com/docs/pyroscope/latest/release-notes/v2-0/',
    },
  ],
  deadOptions: [],
  // cmd/pyroscope/Dockerfile, CMD; in cmd/pyroscope/pyroscope.yaml all values are comments
  shipped: {
    path: '/etc/pyroscope/config.yaml',
    settings: {},
  },
  bareSince: {
    version: '1.7.0',
    source: 'https://github.com/grafana/pyroscope/pull/3437',
  },
};
