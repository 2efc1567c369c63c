import { storeOf, type StoreName } from '../../src/stores';
import { isInS3 } from '../../src/stores/backend';
import { settingsOf } from '../../src/stores/settings';
import { runsCompactor } from '../../src/stores/store';

const readBackends = (name: StoreName, configuration: object) => storeOf(name).readBackends(settingsOf(configuration));

test.each<[StoreName, string]>([
  ['mimir', 'filesystem'],
  ['tempo', 'local'],
  ['pyroscope', 'filesystem'],
])('%s without a storage block keeps its data on disk', (name, kind) => {
  expect(readBackends(name, {})[0]).toMatchObject({
    kind,
    prefix: '',
  });
});

test('Mimir inherits from common.storage what a block does not say itself', () => {
  const configuration = {
    common: {
      storage: {
        backend: 's3',
        s3: {
          bucket_name: 'shared',
          region: 'eu-west-1',
        },
      },
    },
    blocks_storage: {
      storage_prefix: '/blocks/',
      s3: { bucket_name: 'own' },
    },
  };
  const [blocks, rules] = readBackends('mimir', configuration);
  expect(blocks).toMatchObject({
    kind: 's3',
    bucket: 'own',
    region: 'eu-west-1',
    prefix: 'blocks',
  });
  expect(rules).toMatchObject({
    kind: 's3',
    bucket: 'shared',
    prefix: '',
  });
});

test('rules and alerts that somebody put on the disk of a Mimir are only read', () => {
  const configuration = {
    ruler_storage: { backend: 'local' },
    alertmanager_storage: { backend: 'local' },
  };
  expect(readBackends('mimir', configuration)).toMatchObject([
    { what: 'blocks' },
    {
      what: 'rules',
      isReadOnly: true,
    },
    {
      what: 'alerts',
      isReadOnly: true,
    },
  ]);
});

test('a Mimir that runs no ruler keeps no rules', () => {
  const kept = readBackends('mimir', { target: 'distributor,ingester' }).map(({ what }) => what);
  expect(kept).not.toContain('rules');
});

test('Loki keeps data where each period of its schema says, aws meaning S3', () => {
  const configuration = {
    schema_config: {
      configs: [
        {
          from: '2023-01-01',
          object_store: 'filesystem',
        },
        {
          from: '2024-01-01',
          object_store: 'aws',
        },
      ],
    },
    storage_config: {
      aws: {
        bucketnames: 'first,second',
        endpoint: 's3.eu-west-1.amazonaws.com',
      },
    },
  };
  expect(readBackends('loki', configuration)).toMatchObject([
    {
      kind: 'filesystem',
      since: '2023-01-01',
      folder: '/loki/chunks',
    },
    {
      kind: 's3',
      since: '2024-01-01',
      bucket: 'first,second',
      region: 'eu-west-1',
    },
  ]);
});

test('bucketnames of Loki override the bucket of a URL', () => {
  const configuration = {
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          object_store: 's3',
        },
      ],
    },
    storage_config: {
      aws: {
        s3: 's3://eu-west-1/of-the-url',
        bucketnames: 'named',
      },
    },
  };
  expect(readBackends('loki', configuration)).toMatchObject([
    {
      bucket: 'named',
      region: 'eu-west-1',
    },
  ]);
});

test.each([
  { ruler: { storage: { type: 'local' } } },
  {
    ruler: {},
    common: { storage: { filesystem: { rules_directory: '/rules' } } },
  },
])('rules that somebody put on the disk of a Loki are only read: %j', (configuration) => {
  expect(readBackends('loki', configuration)).toMatchObject([
    {
      what: 'rules',
      isReadOnly: true,
    },
  ]);
});

test('Loki takes bucket and region out of a URL, and the key in it is named', () => {
  const configuration = {
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          object_store: 's3',
        },
      ],
    },
    storage_config: { aws: { s3: 's3://KEY:SECRET@ap-northeast-2/logs' } },
  };
  expect(readBackends('loki', configuration)).toMatchObject([
    {
      bucket: 'logs',
      region: 'ap-northeast-2',
    },
  ]);
  expect(storeOf('loki').findKeySettings?.(settingsOf(configuration))).toEqual(['storage_config.aws.s3']);
});

const PREFIXES_OF_PYROSCOPE = {
  'prefix, since 1.14': { prefix: 'some/env' },
  'storage_prefix, before': { storage_prefix: 'some/env/' },
  'both, one of them empty, in an answer': { prefix: '', storage_prefix: 'some/env' },
};

for (const [form, storage] of Object.entries(PREFIXES_OF_PYROSCOPE)) {
  test(`Pyroscope's prefix is read as ${form}`, () => {
    const configuration = { storage: { backend: 's3', s3: { bucket_name: 'profiles' }, ...storage } };
    expect(readBackends('pyroscope', configuration)).toMatchObject([{ bucket: 'profiles', prefix: 'some/env' }]);
  });
}

test('each backend names the setting that decides where it lies', () => {
  const [blocks] = readBackends('mimir', { common: { storage: { backend: 's3' } } });
  expect(blocks?.setting).toBe('common.storage.backend');
  expect(readBackends('tempo', {})[0]?.setting).toBe('storage.trace.backend');
});

test('S3 of AWS is told from what only speaks its language', () => {
  expect(isInS3({ kind: 's3' })).toBe(true);
  expect(
    isInS3({
      kind: 's3',
      endpoint: 's3.ap-northeast-2.amazonaws.com',
    }),
  ).toBe(true);
  expect(
    isInS3({
      kind: 's3',
      endpoint: 'minio:9000',
    }),
  ).toBe(false);
  expect(isInS3({ kind: 'gcs' })).toBe(false);
});

test('a compactor runs with the modules that bring it, unless it is switched off', () => {
  const runs = (name: StoreName, configuration: object) => runsCompactor(storeOf(name), settingsOf(configuration));
  expect([runs('mimir', {}), runs('mimir', { target: 'ingester' })]).toEqual([true, false]);
  expect([runs('tempo', {}), runs('tempo', { compactor: { disabled: true } })]).toEqual([true, false]);
});
