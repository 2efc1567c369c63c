import { readBackends } from '../../../src/activities/host/stores';

test('Mimir keeps blocks, rules and alerts, each where its block says', () => {
  const configuration = 'blocks_storage: {backend: s3, storage_prefix: /blocks/, s3: {bucket_name: b}}\n';
  expect(readBackends('mimir', configuration)).toMatchObject([
    { what: 'blocks', kind: 's3', bucket: 'b', prefix: 'blocks', folder: '/blocks' },
    { what: 'rules', kind: 'filesystem', prefix: '', folder: '/ruler' },
    { what: 'alerts', kind: 'filesystem', prefix: '', folder: '/alertmanager' },
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

test('what a store does not say is its default', () => {
  expect(readBackends('tempo', '{}')).toMatchObject([{ kind: 'local', folder: '/var/tempo/traces' }]);
});

test('a configuration may begin with a document mark', () => {
  const configuration = '---\nstorage: {backend: s3, prefix: p, s3: {bucket_name: b}}';
  expect(readBackends('pyroscope', configuration)).toMatchObject([{ kind: 's3', bucket: 'b', prefix: 'p' }]);
});

test('an answer that is no configuration is quoted', () => {
  expect(() => readBackends('tempo', '404 page not found')).toThrow('404 page not found is no configuration');
});
