import { applyAcceptance } from '../../../src/activities/preflight/acceptance';
import type { StoreHoldings } from '../../../src/activities/preflight/holding';
import { compareStores } from '../../../src/activities/preflight/sameness';
import { storeOf, type StoreName } from '../../../src/stores';
import { settingsOf } from '../../../src/stores/settings';
import { planWith } from '../../plan/plan';

const V13 = {
  from: '2024-01-01',
  store: 'tsdb',
  object_store: 's3',
  schema: 'v13',
  index: {
    prefix: 'loki_index_',
    period: '1d',
  },
};
const V12 = {
  ...V13,
  from: '2023-01-01',
  store: 'boltdb-shipper',
  schema: 'v12',
};
const KEY = 'arn:aws:kms:ap-northeast-2:123456789012:key/1234';

/** A store of a host, as its configuration says; by default as the plan document has it. */
function keep(service: StoreName, changes: Partial<StoreHoldings['backends'][number]> = {}): StoreHoldings {
  const { image, tenancy } = storeOf(service);
  const [what] = {
    mimir: ['blocks'],
    loki: ['chunks and index'],
    tempo: ['traces'],
    pyroscope: ['profiles'],
  }[service];
  const backend = {
    what: what!,
    kind: 's3',
    setting: 'backend',
    bucket: 'sys-lgtm-s3',
    prefix: image.prefix,
  };
  return {
    instanceId: 'i-1',
    service,
    folders: [],
    backends: [
      {
        ...backend,
        ...changes,
      },
    ],
    setup: { tenant: tenancy.single.byDefault },
  };
}

const withPeriods = (...configs: object[]): StoreHoldings => ({
  ...keep('loki'),
  setup: {
    tenant: 'fake',
    periods: storeOf('loki').schema!.describe(settingsOf({ schema_config: { configs } })),
  },
});

function compare(holdings: StoreHoldings, { more = '', encryption = 'AES256' } = {}) {
  const findings = compareStores(planWith(more), [holdings], encryption);
  return findings.map(({ level, id, message }) => (level === 'pass' ? 'same' : `${id}: ${message}`));
}

test.each(['mimir', 'loki', 'tempo', 'pyroscope'] as const)('%s as the plan document has it is the same', (name) => {
  expect(compare(keep(name))).toEqual(['same']);
  expect(compareStores(planWith(), [keep(name)], undefined).map(({ level }) => level)).toEqual(['pass']);
});

test('another bucket, also one of several, is a difference that names both', () => {
  expect(compare(keep('mimir', { bucket: 'old' }))).toEqual([
    'mimir/bucket: mimir: bucket on i-1 is old, and on ECS sys-lgtm-s3',
  ]);
  expect(compare(keep('mimir', { spread: 'sys-lgtm-s3,second' }))).toEqual([
    'mimir/bucket: mimir: bucket on i-1 is sys-lgtm-s3,second, and on ECS sys-lgtm-s3',
  ]);
});

test('so is another prefix, which the plan may say too', () => {
  const old = keep('tempo', { prefix: '' });
  expect(compare(old)).toEqual(['tempo/prefix: tempo: prefix on i-1 is traces below /, and on ECS traces below tempo']);
  expect(compare(old, { more: 'services: { tempo: { environment: { S3_PREFIX: "" } } }' })).toEqual(['same']);
});

test("so is the prefix of Mimir's rules, and what the images keep nowhere is none", () => {
  const mimir = keep('mimir');
  const [blocks] = mimir.backends;
  const rules = {
    ...blocks!,
    what: 'rules',
    prefix: 'rules',
  };
  const alerts = {
    ...blocks!,
    what: 'alerts',
    prefix: 'alerts',
  };
  expect(
    compare({
      ...mimir,
      backends: [blocks!, rules, alerts],
    }),
  ).toEqual(['mimir/prefix: mimir: prefix on i-1 is rules below rules, and on ECS rules below mimirruler']);
});

test('a schema of v12 on the host and v13 alone on ECS is a difference, and none where the plan has both', () => {
  const ecs = 'from 2024-01-01 tsdb v13 in s3, index loki_index_ each 24h';
  const host = 'from 2023-01-01 boltdb-shipper v12 in s3, index loki_index_ each 24h';
  expect(compare(withPeriods(V12))).toEqual([`loki/schema: loki: schema on i-1 is ${host}, and on ECS ${ecs}`]);
  expect(compare(withPeriods(V12, V13))).toEqual([
    `loki/schema: loki: schema on i-1 is ${host}; ${ecs}, and on ECS ${ecs}`,
  ]);
  const more = `services: { loki: { environment: { LOKI_SCHEMA: '${JSON.stringify([V12, V13])}' } } }`;
  expect(compare(withPeriods(V12, V13), { more })).toEqual(['same']);
});

test('a period that has not begun may be on ECS alone', () => {
  const later = {
    ...V13,
    from: '2999-01-01',
    schema: 'v14',
  };
  const more = `services: { loki: { environment: { LOKI_SCHEMA: '${JSON.stringify([V13, later])}' } } }`;
  expect(compare(withPeriods(V13), { more })).toEqual(['same']);
});

test('periods that can not be read as JSON are a difference', () => {
  const more = 'services: { loki: { environment: { LOKI_SCHEMA: "no list" } } }';
  expect(compare(withPeriods(V13), { more })[0]).toMatch(/^loki\/schema: .*, and on ECS no list$/);
});

test('tenants that the images do not tell apart, or call otherwise, are a difference', () => {
  const mimir = (tenant: string) => ({
    ...keep('mimir'),
    setup: { tenant },
  });
  expect(compare(mimir('several'))).toEqual(['mimir/tenants: mimir: tenants on i-1 is several, and on ECS anonymous']);
  expect(compare(mimir('team-a'))).toEqual(['mimir/tenants: mimir: tenants on i-1 is team-a, and on ECS anonymous']);
});

test('what a host asks S3 to encrypt with is what the bucket does by itself, or a difference', () => {
  const own = keep('mimir', { encryption: `SSE-KMS ${KEY}` });
  expect(compare(own)).toEqual([
    'mimir/encryption: mimir: encryption on i-1 is SSE-KMS with key 1234, and on ECS SSE-S3',
  ]);
  expect(compare(own, { encryption: `aws:kms ${KEY}` })).toEqual(['same']);
  expect(compare(keep('mimir', { encryption: 'SSE-S3' }))).toEqual(['same']);
});

test('what lies on a disk or with somebody else has findings of its own', () => {
  expect(
    compare(
      keep('mimir', {
        kind: 'filesystem',
        bucket: 'old',
      }),
    ),
  ).toEqual([]);
  const onDisk = keep('loki', { kind: 'filesystem' });
  const rules = { ...keep('loki').backends[0]!, what: 'rules', isImplied: true };
  const periods = withPeriods({ ...V13, object_store: 'filesystem' });
  expect(compare({ ...periods, backends: [...onDisk.backends, rules] })).toEqual([]);
  expect(
    compare(
      keep('mimir', {
        endpoint: 'minio:9000',
        bucket: 'old',
      }),
    ),
  ).toEqual([]);
});

test('a store that was silent, or that the plan leaves out, is not compared', () => {
  const silent = keep('mimir');
  delete silent.setup;
  expect(compare(silent)).toEqual([]);
  expect(compare(keep('tempo', { prefix: '' }), { more: 'services: { tempo: null }' })).toEqual([]);
});

test('a difference stays a failure where the hosts stay, and a plan may accept it by name', () => {
  const found = compareStores(planWith(), [keep('mimir', { bucket: 'old' })], 'AES256');
  const levelsWith = (accept: string[]) => {
    const { decommission } = planWith('decommission: { enabled: false }');
    return applyAcceptance(found, {
      data: { accept },
      decommission,
    }).map(({ level }) => level);
  };
  expect(levelsWith([])).toEqual(['fail']);
  expect(levelsWith(['mimir/bucket'])).toEqual(['warn']);
});
