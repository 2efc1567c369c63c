import { isInS3 } from './backend';
import {
  ALONE,
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
  type Fargate,
  type FargateEdit,
} from './fargate';
import { PERIODS, readBackends } from './loki-storage';
import { readPath, readSetting, type Settings } from './settings';

const FORGOTTEN = 'a task that was killed must not keep its place in the ring';
/** Source: dskit ring/lifecycler.go, readiness-check-ring-health. */
const READY_ALONE =
  'ready says that this task is: one that was killed stays in the ring, and would keep all others from it';

/** Where rules are files, on a disk that all of it shares. */
const RULES = 'common.storage.filesystem.rules_directory';

/** Beside those of `common` a ring may have its own. */
const OWN_COPIES = ['ingester.lifecycler.ring.replication_factor', 'index_gateway.ring.replication_factor'];

function edits(): FargateEdit[] {
  return [
    {
      path: 'target',
      value: 'all',
      byDefault: 'all',
      why: ALONE,
    },
    ...listen(3100),
    ...gossip('loki'),
    {
      path: 'common.instance_addr',
      value: '${TASK_IP}',
      why: 'eth0 of a task is link-local: only the task knows by which address the others reach it',
    },
    ...ring('common.ring'),
    copies('common.replication_factor'),
    ...OWN_COPIES.map((path) => ({
      ...copies(path, 'distributor.replication-factor', 'replication-factor'),
      only: 'given' as const,
    })),
    ...editStopping(),
    ...anyRing(),
    ...nowhereElse({
      'common.compactor_address': [],
      'common.compactor_grpc_address': [],
      'frontend.scheduler_address': ['frontend.scheduler-address'],
      'frontend.tail_proxy_url': ['frontend.tail-proxy-url'],
      'frontend.downstream_url': ['frontend.downstream-url'],
      'frontend_worker.frontend_address': ['querier.frontend-address'],
      'frontend_worker.scheduler_address': ['querier.scheduler-address'],
      '**.index_gateway_client.server_address': ['*.index-gateway-client.server-address'],
    }),
  ];
}

function editStopping(): FargateEdit[] {
  return [
    {
      path: 'ingester.wal.enabled',
      value: true,
      byDefault: 'true',
      flags: ['ingester.wal-enabled'],
      why: FLUSHED,
    },
    {
      path: 'ingester.wal.flush_on_shutdown',
      value: true,
      flags: ['ingester.flush-on-shutdown'],
      why: FLUSHED,
    },
    {
      path: 'ingester.lifecycler.unregister_on_shutdown',
      value: true,
      byDefault: 'true',
      flags: ['ingester.unregister-on-shutdown'],
      why: LEAVES,
    },
    {
      path: 'ingester.lifecycler.readiness_check_ring_health',
      value: false,
      flags: ['ingester.readiness-check-ring-health'],
      why: READY_ALONE,
    },
    {
      path: 'ingester.autoforget_unhealthy',
      value: true,
      why: FORGOTTEN,
    },
    {
      path: 'storage_config.tsdb_shipper.resync_interval',
      value: '1m',
      flags: ['tsdb.shipper.resync-interval'],
      only: 'block given',
      why: SEEN_AT_ONCE,
    },
    {
      path: 'storage_config.boltdb_shipper.resync_interval',
      value: '1m',
      flags: ['boltdb.shipper.resync-interval'],
      only: 'block given',
      why: SEEN_AT_ONCE,
    },
  ];
}

/** The old clients know where S3 is, the new ones have to be told. */
function nameBucket(settings: Settings): Record<string, string> {
  const isNew = readSetting(settings, 'storage_config.use_thanos_objstore') === 'true';
  const block = isNew ? 'storage_config.object_store.s3' : 'common.storage.s3';
  return {
    [`${block}.${isNew ? 'bucket_name' : 'bucketnames'}`]: '${S3_BUCKET}',
    [`${block}.region`]: '${REGION}',
    ...(isNew && { [`${block}.endpoint`]: REGION_ENDPOINT }),
  };
}

/** Rules that are files come along, and are read where they were: they would be looked for in S3. */
function keepRules(settings: Settings): Record<string, string> {
  const rules = readBackends(settings).find(({ isReadOnly }) => isReadOnly);
  if (rules?.setting !== 'common.storage.filesystem' || rules.folder === undefined) return {};
  return {
    'ruler.storage.type': 'local',
    'ruler.storage.local.directory': rules.folder,
  };
}

/** Every period that lies on a disk is one of S3 from now on: none becomes the active one on a task's disk. */
function moveToS3(settings: Settings): FargateEdit[] {
  const outside = readBackends(settings).filter((backend) => !backend.isReadOnly && !isInS3(backend));
  if (outside.length === 0) return [];
  const periods = settings.raw(PERIODS);
  const stores = (Array.isArray(periods) ? periods : []).map((_, index) => [`${PERIODS}.${index}.object_store`, 's3']);
  const values = {
    ...(Object.fromEntries(stores) as Record<string, string>),
    ...nameBucket(settings),
    ...keepRules(settings),
    ...(readPath(settings.raw('compactor'), ['delete_request_store'])
      ? { 'compactor.delete_request_store': 's3' }
      : {}),
  };
  return intoBucket(values, [
    'common.storage.filesystem',
    'common.storage.s3.s3',
    'common.storage.s3.endpoint',
    'common.storage.s3.insecure',
    'storage_config.aws',
    'storage_config.filesystem',
  ]);
}

/**
 * The target stays "all": without the compactor in it every query times out; its first run waits one interval. No
 * tenant is called ruler-is-off. Sources: grafana/loki pkg/compactor/config.go and pkg/ruler/base/ruler.go, RegisterFlags.
 */
const SWITCHES = [
  'if [ "$COMPACTOR" = off ]; then',
  '  # the first run waits one interval',
  '  set -- "$@" -compactor.compaction-interval=87600h -compactor.retention-enabled=false',
  'fi',
  "# no tenant has this name: nobody's rules are evaluated",
  '[ "$RULER" = on ] || set -- "$@" -ruler.enabled-tenants=ruler-is-off',
];

/** What Fargate demands of Loki; docs/images.md has the sources. */
export const fargate: Fargate = {
  edits,
  moveToS3,
  folders: ['ruler.storage.local.directory', 'ruler_storage.local.directory', RULES],
  directory: '/loki',
  switches: () => SWITCHES,
};
