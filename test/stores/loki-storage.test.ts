import { storeOf } from '../../src/stores';
import { findCurrent } from '../../src/stores/backend';
import { settingsOf } from '../../src/stores/settings';

const { readBackends, findKeySettings, image } = storeOf('loki');

/** A configuration with one period of the schema. */
const storing = (object_store: string, more: object) => ({
  schema_config: { configs: [{ from: '2024-01-01', object_store }] },
  ...more,
});

const readOne = (configuration: object) => readBackends(settingsOf(configuration))[0];
const readRules = (configuration: object) =>
  readBackends(settingsOf(configuration)).find(({ what }) => what === 'rules');

const AWS = 's3.eu-west-1.amazonaws.com';
const OBJECT_STORE = {
  s3: { bucket_name: 'logs', endpoint: AWS },
  storage_prefix: 'loki',
};

const IN_THE_BUCKET = {
  'bucketnames and region': { storage_config: { aws: { bucketnames: 'logs', region: 'eu-west-1' } } },
  'common.storage': { common: { storage: { s3: { bucketnames: 'logs', endpoint: AWS } } } },
  'a URL with a region': { storage_config: { aws: { s3: 's3://eu-west-1/logs' } } },
  'a URL with keys': { storage_config: { aws: { s3: 's3://KEY:SE/CRET@eu-west-1/logs' } } },
  'a URL of common.storage': { common: { storage: { s3: { s3: 's3://eu-west-1/logs' } } } },
  'a URL whose region is overruled': { storage_config: { aws: { s3: 's3://us-east-1/logs', region: 'eu-west-1' } } },
  'a URL whose bucket is overruled': { storage_config: { aws: { s3: 's3://eu-west-1/x', bucketnames: 'logs' } } },
  'a URL whose host is overruled': { storage_config: { aws: { s3: 's3://minio:9000/logs', endpoint: AWS } } },
  'the new clients': { storage_config: { use_thanos_objstore: true, object_store: OBJECT_STORE } },
  'the new clients in common.storage': {
    storage_config: { use_thanos_objstore: true },
    common: { storage: { object_store: OBJECT_STORE } },
  },
  'the new clients beside settings of the old': {
    storage_config: {
      use_thanos_objstore: true,
      object_store: OBJECT_STORE,
      object_prefix: 'unused',
      aws: { s3: 's3://KEY:SECRET@us-east-1/unused' },
    },
  },
  'settings of the new clients that are off': {
    storage_config: {
      use_thanos_objstore: false,
      object_store: { s3: { bucket_name: 'unused' } },
      aws: { s3: 's3://eu-west-1/logs' },
    },
  },
};

for (const [form, configuration] of Object.entries(IN_THE_BUCKET)) {
  test(`Loki's chunks are in S3 by ${form}`, () => {
    expect(readOne(storing('s3', configuration))).toMatchObject({
      kind: 's3',
      bucket: 'logs',
      region: 'eu-west-1',
    });
  });
}

const NAMED = {
  'the old clients': {
    storage_config: {
      object_prefix: 'loki',
      aws: { bucketnames: 'other' },
      named_stores: { aws: { 'old.logs': { s3: 's3://KEY:SECRET@eu-west-1/logs' } } },
    },
  },
  'the new clients': {
    storage_config: {
      use_thanos_objstore: true,
      object_store: {
        s3: { bucket_name: 'other' },
        storage_prefix: 'loki',
        named_stores: { s3: { 'old.logs': { bucket_name: 'logs', region: 'eu-west-1' } } },
      },
    },
  },
};

for (const [clients, configuration] of Object.entries(NAMED)) {
  test(`a period may name a store of its own, with ${clients}`, () => {
    expect(readOne(storing('old.logs', configuration))).toMatchObject({
      kind: 's3',
      bucket: 'logs',
      region: 'eu-west-1',
      prefix: 'loki',
      setting: 'schema_config.configs.0.object_store',
    });
  });

  test(`a period that named its store is read as S3 by the image, with ${clients}`, () => {
    const { LOKI_SCHEMA } = image.readEnvironment(settingsOf(storing('old.logs', configuration)), []);
    expect(JSON.parse(LOKI_SCHEMA ?? '')).toEqual([{ from: '2024-01-01', object_store: 's3' }]);
  });
}

const PREFIXES: [prefix: string, configuration: object][] = [
  ['', { storage_config: { aws: { bucketnames: 'logs' } } }],
  ['loki', { storage_config: { aws: { bucketnames: 'logs' }, object_prefix: '/loki/' } }],
  ['old/loki', { storage_config: { aws: { s3: 's3://eu-west-1/logs/old/loki' } } }],
  ['old/loki', { storage_config: { aws: { bucketnames: 'logs/old/' }, object_prefix: 'loki' } }],
  ['loki', { storage_config: { use_thanos_objstore: true, object_store: OBJECT_STORE, object_prefix: 'unused' } }],
];

test('what stands behind the bucket is in front of every key, then the prefix of the clients that are used', () => {
  const backends = PREFIXES.map(([, configuration]) => readOne(storing('s3', configuration)));
  expect(backends.map((backend) => backend?.prefix)).toEqual(PREFIXES.map(([prefix]) => prefix));
  expect(backends.map((backend) => backend?.bucket)).toEqual(PREFIXES.map(() => 'logs'));
});

test('a period whose store is no name is on the disk, as one without', () => {
  const period = {
    from: { toString: null },
    object_store: { toString: null },
  };
  const found = readOne({ schema_config: { configs: [period] } });
  expect(found).toMatchObject({ kind: 'filesystem' });
  expect(found).not.toHaveProperty('since');
});

test('several buckets stay the list that they are', () => {
  const configuration = storing('s3', { storage_config: { aws: { bucketnames: 'first,second' } } });
  expect(readOne(configuration)).toMatchObject({ bucket: 'first,second', prefix: '' });
});

const FOLDERS: [folder: string, configuration: object][] = [
  ['/a', { storage_config: { filesystem: { directory: '/a' } } }],
  ['/b', { storage_config: { use_thanos_objstore: true, object_store: { filesystem: { dir: '/b' } } } }],
];

test('the folder on the disk is that of the clients that are used', () => {
  const backends = FOLDERS.map(([, configuration]) => readOne(storing('filesystem', configuration)));
  expect(backends).toMatchObject(FOLDERS.map(([folder]) => ({ kind: 'filesystem', folder })));
});

const thanosWith = (ruler_storage: object) => ({ storage_config: { use_thanos_objstore: true }, ruler_storage });

const RULES_IN_S3 = {
  'a bucket': { ruler: { storage: { type: 's3', s3: { bucketnames: 'rules-of-loki', region: 'eu-west-1' } } } },
  'a URL with keys': { ruler: { storage: { type: 's3', s3: { s3: 's3://KEY:SECRET@eu-west-1/rules-of-loki' } } } },
  'the new clients': thanosWith({ backend: 's3', s3: { bucket_name: 'rules-of-loki', region: 'eu-west-1' } }),
};

for (const [form, configuration] of Object.entries(RULES_IN_S3)) {
  test(`rules in a bucket of their own are named: ${form}`, () => {
    expect(readRules(configuration)).toMatchObject({
      kind: 's3',
      bucket: 'rules-of-loki',
      region: 'eu-west-1',
      prefix: 'rules',
    });
  });
}

const NO_RULES = {
  'they are where the chunks are': {
    ruler: { storage: { type: 's3' } },
    common: { storage: { s3: { bucketnames: 'b' } } },
  },
  'nobody set a ruler up': {},
  'the new clients know of no ruler': { ...thanosWith({}), ruler: { storage: { type: 'local' } } },
  'a whole answer holds only defaults': thanosWith({ backend: 'filesystem', filesystem: { dir: '' } }),
};

for (const [reason, configuration] of Object.entries(NO_RULES)) {
  test(`rules are nothing to speak of where ${reason}`, () => {
    expect(readRules(configuration)).toBeUndefined();
  });
}

test('rules that the new clients keep on the disk are its own, while those of `local` are only read', () => {
  expect(readRules(thanosWith({ backend: 'filesystem', filesystem: { dir: '/rules' } }))).toEqual({
    what: 'rules',
    kind: 'filesystem',
    setting: 'ruler_storage.backend',
    prefix: '',
    folder: '/rules',
  });
  expect(readRules(thanosWith({ backend: 'local', local: { directory: '/rules' } }))).toMatchObject({
    isReadOnly: true,
  });
});

test('each setting with keys in its URL is named', () => {
  const s3 = 's3://KEY:SEC/RET@eu-west-1/b';
  const configuration = {
    storage_config: { aws: { s3 }, named_stores: { aws: { old: { s3 }, keyless: { s3: 's3://eu-west-1/b' } } } },
    common: { storage: { s3: { s3 } } },
    ruler: { storage: { s3: { s3 } } },
  };
  expect(findKeySettings?.(settingsOf(configuration))).toEqual([
    'storage_config.aws.s3',
    'common.storage.s3.s3',
    'ruler.storage.s3.s3',
    'storage_config.named_stores.aws.old.s3',
  ]);
});

test('no key of a URL is in what is read', () => {
  const s3 = 's3://HIDDEN:hid/den@minio.:9000/logs';
  const blocks = { storage_config: { aws: { s3 } }, ruler: { storage: { type: 's3', s3: { s3 } } } };
  const backends = readBackends(settingsOf(storing('s3', blocks)));
  expect(backends.map(({ what, endpoint }) => [what, endpoint])).toEqual([
    ['chunks and index', 'minio.:9000'],
    ['rules', 'minio.:9000'],
  ]);
  expect(JSON.stringify(backends)).not.toMatch(/hid/i);
});

test('new data goes to the last period that has begun, not to one that is to come, and never to rules', () => {
  const configs = ['2023-01-01', '2025-01-01', '2027-01-01'].map((from) => ({ from, object_store: from }));
  const stores = configs.map(({ from }) => [from, { bucketnames: `since-${from}` }]);
  const backends = readBackends(
    settingsOf({
      schema_config: { configs },
      storage_config: { named_stores: { aws: Object.fromEntries(stores) as object } },
      ruler: { storage: { type: 's3', s3: { bucketnames: 'rules' } } },
    }),
  );
  const found = ['2022-06-01', '2026-06-01', '2027-01-01'].map((today) => findCurrent(backends, today)?.bucket);
  expect(found).toEqual(['since-2023-01-01', 'since-2025-01-01', 'since-2027-01-01']);
});
