import { isInS3, type Backend } from './backend';
import {
  anyRing,
  gossip,
  intoBucket,
  LEAVES,
  listen,
  nowhereElse,
  ONE_TASK,
  REGION_ENDPOINT,
  ring,
  SEEN_AT_ONCE,
  TARGET,
  type Fargate,
  type FargateEdit,
} from './fargate';
import type { Settings } from './settings';

const OWN_ADDRESS = 'eth0 of a task is link-local: only the task knows its address in the VPC';
const RINGS = [
  'distributor.ring',
  'query_scheduler.ring',
  'store_gateway.sharding_ring',
  'compactor.sharding_ring',
  'overrides_exporter.ring',
];
const COPIES: Record<string, string[]> = {
  'ingester.lifecycler.ring.replication_factor': ['distributor.replication-factor'],
  'store_gateway.sharding_ring.replication_factor': [],
};

function edits(): FargateEdit[] {
  return [
    TARGET,
    ...listen(4040),
    ...gossip('pyroscope'),
    {
      path: 'ingester.lifecycler.address',
      value: '${TASK_IP}',
      flags: ['ingester.lifecycler.addr'],
      why: OWN_ADDRESS,
    },
    {
      path: 'ingester.lifecycler.ring.kvstore.store',
      value: 'memberlist',
      why: ONE_TASK,
    },
    {
      path: 'frontend.address',
      value: '${TASK_IP}',
      flags: ['query-frontend.instance-addr'],
      why: OWN_ADDRESS,
    },
    ...RINGS.flatMap((block) => ring(block)),
    ...Object.entries(COPIES).map(([path, flags]) => ({
      path,
      value: 1,
      flags,
      why: ONE_TASK,
    })),
    ...editStopping(),
    ...anyRing(),
    ...nowhereElse({
      'frontend.scheduler_address': ['query-frontend.scheduler-address'],
      'frontend_worker.scheduler_address': ['querier.scheduler-address'],
      'frontend_worker.frontend_address': ['querier.frontend-address'],
    }),
  ];
}

function editStopping(): FargateEdit[] {
  return [
    {
      path: 'ingester.lifecycler.unregister_on_shutdown',
      value: true,
      byDefault: 'true',
      why: LEAVES,
    },
    {
      path: 'store_gateway.bucket_store.ignore_blocks_within',
      value: '0s',
      flags: ['blocks-storage.bucket-store.ignore-blocks-within'],
      why: SEEN_AT_ONCE,
    },
    {
      path: 'querier.query_store_after',
      value: '0s',
      why: SEEN_AT_ONCE,
    },
  ];
}

const moveToS3 = (readBackends: (settings: Settings) => Backend[]) => (settings: Settings) => {
  const isOutside = readBackends(settings).some((backend) => !isInS3(backend));
  if (!isOutside) return [];
  const values = {
    'storage.backend': 's3',
    'storage.prefix': 'pyroscope',
    'storage.s3.bucket_name': '${S3_BUCKET}',
    'storage.s3.region': '${REGION}',
    'storage.s3.endpoint': REGION_ENDPOINT,
  };
  return intoBucket(values, ['storage.storage_prefix', 'storage.s3.insecure', 'storage.filesystem']);
};

const SWITCHES = [
  '# "all" less what another stack still does',
  'LGTM_TARGET=all',
  'if [ "$COMPACTOR" = off ]; then',
  '  LGTM_TARGET=distributor,ingester,querier,query-frontend,query-scheduler,store-gateway',
  '  LGTM_TARGET=$LGTM_TARGET,ad-hoc-profiles,admin,tenant-settings',
  'fi',
  'export LGTM_TARGET',
];

/** What Fargate demands of Pyroscope; docs/images.md has the sources. */
export const makeFargate = (readBackends: (settings: Settings) => Backend[]): Fargate => ({
  edits,
  moveToS3: moveToS3(readBackends),
  folders: [],
  directory: '/data',
  switches: () => SWITCHES,
});
