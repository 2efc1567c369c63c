import { findCurrent } from '../../../src/stores/backend';
import { readBackends } from '../../../src/activities/host/stores';

test('Mimir keeps blocks, rules and alerts, each where its block says', () => {
  const configuration = 'blocks_storage: {backend: s3, storage_prefix: /blocks/, s3: {bucket_name: b}}\n';
  expect(readBackends('mimir', configuration)).toMatchObject([
    {
      what: 'blocks',
      kind: 's3',
      bucket: 'b',
      prefix: 'blocks',
      folder: '/blocks',
    },
    {
      what: 'rules',
      kind: 'filesystem',
      prefix: '',
      folder: '/ruler',
    },
    {
      what: 'alerts',
      kind: 'filesystem',
      prefix: '',
      folder: '/alertmanager',
    },
  ]);
});

test('periods of a schema that lie in one place are one backend', () => {
  const configuration = [
    'schema_config: {configs: [{object_store: filesystem}, {object_store: aws}, {object_store: s3}]}',
    'storage_config: {aws: {s3: "s3://ap-northeast-2/b"}, object_prefix: loki}',
  ].join('\n');
  const places = readBackends('loki', configuration).map(({ kind, bucket, prefix }) => [kind, bucket, prefix]);
  expect(places).toEqual([
    ['filesystem', 'b', 'loki'],
    ['s3', 'b', 'loki'],
  ]);
});

test('a period that is planned changes nothing of the place that is used today', () => {
  const configuration = [
    'schema_config:',
    '  configs:',
    '  - {from: 2020-01-01, object_store: filesystem}',
    '  - {from: 2023-01-01, object_store: s3}',
    '  - {from: 2099-01-01, object_store: s3}',
    'storage_config: {aws: {bucketnames: b}}',
  ].join('\n');
  const backends = readBackends('loki', configuration);
  expect(findCurrent(backends, '2026-11-26')).toMatchObject({
    kind: 's3',
    since: '2023-01-01',
  });
});

test('of several buckets the first is looked at', () => {
  const configuration = [
    'schema_config: {configs: [{object_store: s3}]}',
    'storage_config: {aws: {bucketnames: "first,second"}}',
  ].join('\n');
  expect(readBackends('loki', configuration)).toMatchObject([{ bucket: 'first' }]);
});

test('a bucket out of a URL is looked at below the path behind it', () => {
  const configuration = [
    'schema_config: {configs: [{object_store: s3}]}',
    'storage_config: {aws: {s3: "s3://KEY:%2A%2A@s3.eu-west-1.amazonaws.com/logs/old"}, object_prefix: loki}',
  ].join('\n');
  expect(readBackends('loki', configuration)).toMatchObject([
    {
      bucket: 'logs',
      prefix: 'old/loki',
    },
  ]);
});

test('stores with names of their own are places of their own', () => {
  const configuration = [
    'schema_config: {configs: [{from: "2023-01-01", object_store: old}, {from: "2024-01-01", object_store: s3}]}',
    'storage_config:',
    '  use_thanos_objstore: true',
    '  object_store: {s3: {bucket_name: b}, storage_prefix: loki, named_stores: {s3: {old: {bucket_name: a}}}}',
  ].join('\n');
  const places = readBackends('loki', configuration).map(({ kind, bucket, prefix }) => [kind, bucket, prefix]);
  expect(places).toEqual([
    ['s3', 'a', 'loki'],
    ['s3', 'b', 'loki'],
  ]);
});

test('what a store only reads is not its data', () => {
  const configuration = 'alertmanager_storage: {backend: local}\nruler_storage: {backend: local}\n';
  expect(readBackends('mimir', configuration).map(({ what }) => what)).toEqual(['blocks']);
});

test('what a store does not say is its default', () => {
  expect(readBackends('tempo', '{}')).toMatchObject([
    {
      kind: 'local',
      folder: '/var/tempo/traces',
    },
  ]);
});

test('a configuration may begin with a document mark', () => {
  const configuration = '---\nstorage: {backend: s3, prefix: p, s3: {bucket_name: b}}';
  expect(readBackends('pyroscope', configuration)).toMatchObject([
    {
      kind: 's3',
      bucket: 'b',
      prefix: 'p',
    },
  ]);
});

test('an answer that can not be read is that of a silent store, whatever it fails at', () => {
  expect(() => readBackends('pyroscope', 'storage: {backend: *nowhere}')).toThrow(
    expect.objectContaining({ type: 'ComponentSilent' }),
  );
});

test('an answer that is no configuration is quoted', () => {
  expect(() => readBackends('tempo', '404 page not found')).toThrow(
    /no configuration \(not a mapping\): 404 page not found$/,
  );
});

test.each(['storage_config:\n  aws:\n    bucketnames: b\n', 'schema_config: nonsense\n'])(
  'a Loki that names no period does not say where it keeps its data: %j',
  (configuration) => {
    expect(() => readBackends('loki', configuration)).toThrow('does not say where it keeps its data: ');
  },
);
