import { isInS3, type Backend } from './backend';
import {
  ALONE,
  anyRing,
  FLUSHED,
  intoBucket,
  listen,
  nowhereElse,
  ONE_TASK,
  REGION_ENDPOINT,
  SEEN_AT_ONCE,
  type Fargate,
  type FargateEdit,
} from './fargate';
import { readSetting, type Settings } from './settings';

const RING = 'ingester.lifecycler.ring';
const DOORS = 'since 2.7 it listens on localhost unless told otherwise, and the plan looks for it at this port';

const isOff = (settings: Settings): boolean => readSetting(settings, 'compactor.disabled') === 'true';

function edits(settings: Settings): FargateEdit[] {
  const switched = {
    path: 'compactor.disabled',
    value: '${LGTM_COMPACTOR_OFF}',
    why: 'off while another stack compacts the same bucket',
  };
  return [
    {
      path: 'target',
      value: 'all',
      byDefault: 'all',
      why: ALONE,
    },
    ...listen(3200),
    {
      path: 'memberlist',
      flags: ['memberlist.*'],
      why: `${ONE_TASK}, and never joins one of the host`,
    },
    ...editReceivers(),
    ...editRing(),
    ...(isOff(settings) ? [] : [switched]),
    ...anyRing('inmemory'),
    ...nowhereElse({
      'querier.frontend_worker.frontend_address': ['querier.frontend-address'],
    }),
  ];
}

function editReceivers(): FargateEdit[] {
  const ports = {
    grpc: 4317,
    http: 4318,
  };
  return Object.entries(ports).map(([protocol, port]) => ({
    path: `distributor.receivers.otlp.protocols.${protocol}.endpoint`,
    value: `0.0.0.0:${port}`,
    why: DOORS,
  }));
}

function editRing(): FargateEdit[] {
  return [
    {
      path: `${RING}.replication_factor`,
      value: 1,
      flags: ['distributor.replication-factor'],
      why: ONE_TASK,
    },
    {
      path: `${RING}.kvstore.store`,
      value: 'inmemory',
      why: ONE_TASK,
    },
    {
      path: 'ingester.flush_all_on_shutdown',
      value: true,
      why: FLUSHED,
    },
    {
      path: 'query_frontend.search.query_backend_after',
      value: '0s',
      why: SEEN_AT_ONCE,
    },
  ];
}

const moveToS3 = (readBackends: (settings: Settings) => Backend[]) => (settings: Settings) => {
  const isOutside = readBackends(settings).some((backend) => !isInS3(backend));
  if (!isOutside) return [];
  const block = 'storage.trace';
  const values = {
    [`${block}.backend`]: 's3',
    [`${block}.s3.bucket`]: '${S3_BUCKET}',
    [`${block}.s3.prefix`]: 'tempo',
    [`${block}.s3.region`]: '${REGION}',
    [`${block}.s3.endpoint`]: REGION_ENDPOINT,
  };
  return intoBucket(values, [`${block}.s3.insecure`, `${block}.local`]);
};

const SWITCHES = [
  '[ "$TASK_COUNT" = 1 ] || fail "TASK_COUNT is $TASK_COUNT; the ring is in the memory of one task"',
  'LGTM_COMPACTOR_OFF=false',
  '[ "$COMPACTOR" = on ] || LGTM_COMPACTOR_OFF=true',
  'export LGTM_COMPACTOR_OFF',
];

/** What Fargate demands of Tempo; docs/images.md has the sources. */
export const makeFargate = (readBackends: (settings: Settings) => Backend[]): Fargate => ({
  edits,
  moveToS3: moveToS3(readBackends),
  folders: [],
  directory: '/var/tempo',
  switches: () => SWITCHES,
});
