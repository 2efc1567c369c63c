import { findAfter, listFindings } from '../findings';
import { LOKI_CONFIG, TEMPO_CONFIG, writeFolder } from '../folder';
import { importFolder } from '../results';

test('data in another bucket than most of it fails', () => {
  const findings = findAfter({
    file: TEMPO_CONFIG,
    from: '${S3_BUCKET}',
    to: 'traces',
  });
  expect(findings).toEqual([`fail tempo/bucket ${TEMPO_CONFIG}:27`]);
});

test('a Loki that spreads its chunks over several buckets fails: a plan has one', () => {
  const findings = findAfter({
    file: LOKI_CONFIG,
    from: 'bucketnames: ${S3_BUCKET}',
    to: 'bucketnames: "${S3_BUCKET},second"',
  });
  expect(findings).toContainEqual(expect.stringMatching(/^fail loki\/bucket /));
});

test('rules of Loki in another bucket fail', () => {
  const findings = findAfter({
    file: LOKI_CONFIG,
    from: 'compactor:',
    to: 'ruler: { storage: { type: s3, s3: { bucketnames: rules } } }\n\ncompactor:',
  });
  expect(findings).toEqual([`fail loki/bucket ${LOKI_CONFIG}:47`]);
});

const PERIODS = 'schema_config: { configs: [{ from: 2024-01-01, store: tsdb, object_store: s3, schema: v13 }] }';

/** A stack whose only store is a Loki. */
const lokiWith = (storage: string, flags = '') =>
  writeFolder({
    'compose.yaml': [
      'services:',
      '  grafana:',
      '    image: grafana/grafana:13.2.3',
      '    environment: { GF_DATABASE_TYPE: postgres }',
      '  loki:',
      '    image: grafana/loki:3.7.8',
      `    command: -config.file=/l.yaml ${flags}`,
      '    volumes: [./l.yaml:/l.yaml]',
    ].join('\n'),
    'l.yaml': ['auth_enabled: false', PERIODS, storage].join('\n'),
  });

const UNUSABLE = {
  'a list of several': 'storage_config: { aws: { bucketnames: "a-bucket,b-bucket" } }',
  'a variable that nobody replaces': 'storage_config: { aws: { bucketnames: "${S3_BUCKET}" } }',
  'a variable in a URL': 'storage_config: { aws: { s3: "s3://eu-west-1/${S3_BUCKET}" } }',
  'no bucket at all': 'storage_config: { aws: { region: eu-west-1 } }',
};

for (const [form, storage] of Object.entries(UNUSABLE)) {
  test(`where the only bucket is ${form}, that is a finding and no broken plan`, () => {
    const root = lokiWith(storage);
    expect(listFindings(root)).toContain('fail loki/bucket l.yaml:2');
    expect(importFolder(root).plan.bucket).toBe('sys-lgtm-s3');
  });
}

const CARRIED = {
  'a URL': 'storage_config: { aws: { s3: "s3://KEY:hid/den@eu-west-1/acme-logs/old" } }',
  'the new clients':
    'storage_config: { use_thanos_objstore: true, object_store: { storage_prefix: old, ' +
    's3: { bucket_name: acme-logs, endpoint: s3.eu-west-1.amazonaws.com } } }',
};

for (const [form, storage] of Object.entries(CARRIED)) {
  test(`a plan takes bucket and region over from ${form}`, () => {
    const { plan } = importFolder(lokiWith(storage));
    expect(plan).toMatchObject({ bucket: 'acme-logs', region: 'eu-west-1' });
  });
}

test('the new clients may be switched on, and told their bucket, by flags', () => {
  const s3 = '-object-store.s3.bucket-name=acme-logs -object-store.s3.region=eu-west-1';
  const root = lokiWith('', `-use-thanos-objstore=true ${s3} -object-store.storage-prefix=old`);
  const { plan } = importFolder(root);
  expect(plan).toMatchObject({ bucket: 'acme-logs', region: 'eu-west-1' });
});
