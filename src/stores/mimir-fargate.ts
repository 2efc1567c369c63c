import { isInS3, type Backend } from './backend';
import {
  anyRing,
  copies,
  FLUSHED,
  gossip,
  intoBucket,
  LEAVES,
  listen,
  nowhereElse,
  REGION_ENDPOINT,
  ring,
  SEEN_AT_ONCE,
  TARGET,
  type Fargate,
  type FargateEdit,
} from './fargate';
import { readSetting, type Settings } from './settings';

const RINGS = [
  'distributor.ring',
  'ingester.ring',
  'store_gateway.sharding_ring',
  'compactor.sharding_ring',
  'query_scheduler.ring',
  'ruler.ring',
];
const ALERTMANAGER_RING = 'alertmanager.sharding_ring';
const DRAINING = 'whoever still sends to a task that ends is answered until the name forgets it';
const OWN_SCHEDULER = 'each task asks its own scheduler: one that is lost elsewhere cannot hold up queries here';

const runsAlertmanager = (settings: Settings): boolean =>
  (readSetting(settings, 'target') ?? '').split(',').some((module) => module.trim() === 'alertmanager');

/** Queriers have a ring of their own since 3.1. Source: grafana/mimir CHANGELOG.md, 3.1.0, and its pull request 13017. */
function editQueriers(): FargateEdit[] {
  return [
    ...ring('querier.ring').map((edit) => ({
      ...edit,
      since: '3.1.0',
    })),
    {
      path: 'query_scheduler.service_discovery_mode',
      why: OWN_SCHEDULER,
    },
    {
      path: 'frontend.address',
      value: '${TASK_IP}',
      flags: ['query-frontend.instance-addr'],
      why: OWN_SCHEDULER,
    },
    {
      path: 'frontend.scheduler_address',
      value: '${TASK_IP}:9095',
      flags: ['query-frontend.scheduler-address'],
      why: OWN_SCHEDULER,
    },
    {
      path: 'frontend_worker.scheduler_address',
      value: '${TASK_IP}:9095',
      flags: ['querier.scheduler-address'],
      why: OWN_SCHEDULER,
    },
  ];
}

function editStopping(): FargateEdit[] {
  return [
    {
      path: 'shutdown_delay',
      value: '10s',
      why: DRAINING,
    },
    ...['ingester.ring', 'store_gateway.sharding_ring'].map((block) => ({
      path: `${block}.unregister_on_shutdown`,
      value: true,
      byDefault: 'true',
      why: LEAVES,
    })),
    {
      path: 'blocks_storage.tsdb.flush_blocks_on_shutdown',
      value: true,
      why: FLUSHED,
    },
    {
      path: 'blocks_storage.bucket_store.ignore_blocks_within',
      value: '0s',
      why: SEEN_AT_ONCE,
    },
    {
      path: 'querier.query_store_after',
      value: '0s',
      why: SEEN_AT_ONCE,
    },
  ];
}

function edits(settings: Settings): FargateEdit[] {
  const rings = runsAlertmanager(settings) ? [...RINGS, ALERTMANAGER_RING] : RINGS;
  return [
    TARGET,
    ...listen(9009),
    ...gossip('mimir'),
    ...rings.flatMap((block) => ring(block)),
    copies('ingester.ring.replication_factor'),
    copies('store_gateway.sharding_ring.replication_factor', 'store-gateway.sharding-ring.replication-factor'),
    ...(runsAlertmanager(settings) ? [copies(`${ALERTMANAGER_RING}.replication_factor`)] : []),
    ...editQueriers(),
    ...editStopping(),
    ...anyRing(),
    ...nowhereElse({
      'frontend_worker.frontend_address': ['querier.frontend-address'],
      'ruler.query_frontend.address': [],
    }),
  ];
}

const BLOCKS: Record<string, string> = {
  blocks: 'blocks_storage',
  rules: 'ruler_storage',
  alerts: 'alertmanager_storage',
};
const PREFIXES: Record<string, string> = {
  blocks: 'mimirblocks',
  rules: 'mimirruler',
  alerts: 'mimiralerts',
};

/** @param backends as its configuration has them */
const moveToS3 = (readBackends: (settings: Settings) => Backend[]) => (settings: Settings) => {
  const outside = readBackends(settings).filter((backend) => !backend.isReadOnly && !isInS3(backend));
  return outside.flatMap(({ what, isImplied }) => {
    if (isImplied) return [];
    const block = BLOCKS[what]!;
    const values = {
      [`${block}.backend`]: 's3',
      [`${block}.storage_prefix`]: PREFIXES[what]!,
      [`${block}.s3.bucket_name`]: '${S3_BUCKET}',
      [`${block}.s3.region`]: '${REGION}',
      [`${block}.s3.endpoint`]: REGION_ENDPOINT,
      [`${block}.s3.insecure`]: 'false',
    };
    return intoBucket(values);
  });
};

/** "all" is without the Alertmanager. Source: grafana/mimir pkg/mimir/modules.go, "all". */
function switches(settings: Settings): string[] {
  const alertmanager = runsAlertmanager(settings) ? ',alertmanager' : '';
  return [
    '# "all" less what another stack still does',
    `LGTM_TARGET=all${alertmanager}`,
    'if [ "$COMPACTOR$RULER" != onon ]; then',
    '  LGTM_TARGET=distributor,ingester,querier,query-frontend,query-scheduler,store-gateway',
    '  [ "$COMPACTOR" = off ] || LGTM_TARGET=$LGTM_TARGET,compactor',
    `  [ "$RULER" = off ] || LGTM_TARGET=$LGTM_TARGET,ruler${alertmanager}`,
    'fi',
    'export LGTM_TARGET',
  ];
}

/** What Fargate demands of Mimir; docs/images.md has the sources. */
export const makeFargate = (readBackends: (settings: Settings) => Backend[]): Fargate => ({
  edits,
  moveToS3: moveToS3(readBackends),
  folders: ['ruler_storage.local.path', 'alertmanager_storage.local.path'],
  directory: '/data',
  switches,
});
