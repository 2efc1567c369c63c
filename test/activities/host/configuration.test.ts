import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCut } from '../../../src/activities/host/configuration';
import { OUTPUT_LIMIT } from '../../../src/activities/host/ssm';
import { readBackends } from '../../../src/activities/host/stores';
import { STORE_NAMES, storeOf, type StoreName } from '../../../src/stores';
import { listAnswers } from '../../stores/answers';

const cutFor = (store: StoreName) => ['-c', writeCut(storeOf(store).configuration.settings)];

/** What a host lets through of a store's configuration. */
const letThrough = (store: StoreName, input: string) =>
  execFileSync('bash', cutFor(store), {
    input,
    encoding: 'utf8',
  });

const FORMS = {
  'as it is': 's3://HIDDEN:hidden@eu-west-1/logs',
  'with slashes and an @ in its secret': 's3://HIDDEN:hid/d@en+@eu-west-1/logs',
  'in quotes': '"s3://HIDDEN:hid den@eu-west-1/logs"',
  'masked by Loki': 's3://HIDDEN:%2A%2A%2A@eu-west-1/logs',
  'escaped as a whole': 's3%3A%2F%2FHIDDEN%3Ahid%2Fden%40eu-west-1%2Flogs',
};

for (const [form, url] of Object.entries(FORMS)) {
  test(`keys in a URL ${form} do not leave the host, and its bucket does`, () => {
    const configuration = [
      'schema_config:',
      '  configs:',
      '  - object_store: s3',
      'storage_config:',
      '  aws:',
      `    s3: ${url}`,
      '    secret_access_key: hidden',
      'querier:',
      '  engine: {}',
      '',
    ].join('\n');
    const text = letThrough('loki', configuration);
    expect(text).not.toMatch(/hid|querier/i);
    expect(readBackends('loki', text)).toMatchObject([
      {
        kind: 's3',
        bucket: 'logs',
        region: 'eu-west-1',
      },
    ]);
  });
}

test('keys of stores with names of their own do not leave the host', () => {
  const configuration = [
    'storage_config:',
    '  named_stores:',
    '    aws:',
    '      old:',
    '        bucketnames: logs',
    '        access_key_id: HIDDEN',
    '        "secret_access_key": "hid: den"',
    '    gcs:',
    '      other:',
    '        bucket_name: others',
    '        service_account: "{\\"private_key\\": \\"HIDDEN\\"}"',
    '    azure:',
    '      folded:',
    '        account_key: >-',
    '          hidden: x',
    '        sas: HIDDEN',
    '        secret_access_key:',
    '        - HIDDEN',
    '',
  ].join('\n');
  const text = letThrough('loki', configuration);
  expect(text).not.toMatch(/hid/i);
  expect(text).toContain('        bucketnames: logs\n');
  expect(text).toContain('        bucket_name: others\n');
});

for (const { store, name, body } of listAnswers('configuration')) {
  test(`of ${name} as ${store} answers it, only what says where data lies leaves the host, and says the same`, () => {
    const text = letThrough(store, body);
    expect(text.length).toBeLessThan(OUTPUT_LIMIT / 4);
    expect(text).not.toMatch(/secret|access_key|password/);
    expect(readBackends(store, text)).toEqual(readBackends(store, body));
  });
}

for (const store of STORE_NAMES) {
  test(`an answer of ${store} that is no configuration is refused on the host`, () => {
    const { status, stderr } = spawnSync('bash', cutFor(store), {
      input: '404 page not found\n',
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([3, 'the answer has none of the settings that say where data lies\n']);
  });
}

test('a block in one line is named and refused: what it holds can not be told apart', () => {
  const input = 'storage: {trace: {backend: s3, s3: {bucket: b, secret_key: hidden}}}\n';
  const { status, stdout, stderr } = spawnSync('bash', cutFor('tempo'), {
    input,
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([3, '', 'storage stands in one line, which is not read\n']);
});

test('keys in a block of one line do not leave the host either: it is named and refused', () => {
  const blocks = [
    "      old: {bucketnames: logs, 'secret_access_key': hidden}",
    '      - {access_key_id: hidden, bucketnames: logs}',
    '      old: { "bucketnames": "logs", "secret_access_key": "hidden" }',
    "      - 'access_key_id': hidden",
  ];
  for (const block of blocks) {
    const input = ['storage_config:', '  named_stores:', '    aws:', block, '      region: here', ''].join('\n');
    const { stdout } = spawnSync('bash', cutFor('loki'), {
      input,
      encoding: 'utf8',
    });
    expect(stdout).not.toMatch(/hid/);
  }
});

const PLACES = {
  'that goes on in the next line': [
    ['    s3:', '      endpoint: s3://AKIAHIDDEN:hid', '        den@minio:9000'],
    [3, '', 'storage.trace.s3.endpoint goes on in the next line\n'],
  ],
  'with keys and no //': [
    ['    s3:', '      endpoint: user:hid/den@minio:9000'],
    [0, 'storage:\n  trace:\n    s3:\n      endpoint: minio:9000\n', ''],
  ],
  'with an @ of its own': [
    ['    s3:', '      prefix: "hid@den"'],
    [0, 'storage:\n  trace:\n    s3:\n      prefix: "den"\n', ''],
  ],
} as const;

for (const [what, [lines, expected]] of Object.entries(PLACES)) {
  test(`keys of a place ${what} do not leave the host`, () => {
    const input = ['storage:', '  trace:', ...lines, ''].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', cutFor('tempo'), {
      input,
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual(expected);
  });
}

test('a block of which only another setting differs says nothing: the whole is asked', () => {
  const setting = 'query_frontend.search.query_backend_after';
  const { status, stderr } = spawnSync('bash', ['-c', writeCut([setting])], {
    input: 'query_frontend:\n    max_retries: 3\n    search:\n        max_duration: 1h\n',
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([3, expect.stringContaining('none of the settings')]);
});

test('whole, the configuration of Loki is longer than SSM tells', () => {
  const folder = join(__dirname, '../../stores/answers/loki-3.7.6');
  expect(readFileSync(join(folder, 'configuration.body')).length).toBeGreaterThan(OUTPUT_LIMIT);
});
