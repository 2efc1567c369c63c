import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '../../verify/recording';
import { makeFolder } from '../temporary';

const CONFIGURATION = `GET /config
---
storage_config:
  aws:
    s3: s3://key:se/cret@eu-west-1/bucket
    secret_access_key: "hunter2"
    access_key_id: hunter3
    session_token: ""
    account_key: hunter4
    connection_string: "hunter5"
    inline: {region: eu-west-1, passphrase: hunter6}
    escaped: s3%3A%2F%2Fkey%3Ahunter7%40eu-west-1%2Fbucket
    broken: "s3://key:hun ter8@eu-west-1/bucket"
    bucketnames: sys-lgtm-s3
tracing:
  enabled: true
`;
const RING = '{"shards":[{"state":"ACTIVE","tokens":[1,2,3,4,5,6]}]}';
const METRICS = `go_goroutines 1
go_threads 7
loki_ingester_memory_chunks 1
`;

/** What is kept of an answer of Loki. */
function keep(name: string, body: string): string {
  const folder = makeFolder();
  const answer = {
    status: 200,
    headers: '',
    body,
  };
  record(folder, 'loki', '3.7.8', new Map([[name, answer]]));
  return readFileSync(join(folder, 'loki-3.7.8', `${name}.body`), 'utf8');
}

test('of a configuration the blocks that are read are kept, without keys', () => {
  const lines = keep('configuration', CONFIGURATION).split('\n');
  expect(lines).toEqual([
    'GET /config',
    '---',
    'storage_config:',
    '  aws:',
    '    s3: s3://eu-west-1/bucket',
    "    secret_access_key: '********'",
    "    access_key_id: '********'",
    '    session_token: ""',
    "    account_key: '********'",
    "    connection_string: '********'",
    "    inline: '********'",
    '    escaped: s3%3A%2F%2Feu-west-1%2Fbucket',
    '    broken: "s3://eu-west-1/bucket"',
    '    bucketnames: sys-lgtm-s3',
    '',
  ]);
});

test('of a ring four tokens are kept, of a page of metrics the lines that are read', () => {
  expect(keep('ring', RING)).toBe('{"shards":[{"state":"ACTIVE","tokens":[1,2,3,4]}]}');
  expect(keep('metrics.held', METRICS)).toBe('go_goroutines 1\nloki_ingester_memory_chunks 1\n');
});

test('one that does not say its version is not recorded', () => {
  const unnamed = () => record(makeFolder(), 'loki', undefined, new Map());
  expect(unnamed).toThrow('the program does not say its version');
});
