import { adviceOn } from '../../src/plan/advice';
import { planWith } from './plan';

const SECRETS = 'secrets:\n  - { name: lgtm/keys, from: { env: KEYS } }\n';
/** One task has to go before another comes. */
const REPLACED_AT_ONCE = 'deployment: { minimumHealthyPercent: 0 }';
const advised = (services = '') =>
  adviceOn(planWith(`${SECRETS}services:\n  pyroscope: {}\n${services}`)).map(({ check }) => check);

test("of the plan document's own numbers only Loki's two tasks are advised against", () => {
  expect(advised()).toEqual(['services.loki.count']);
  expect(advised('  loki: { count: 3 }\n')).toEqual([]);
});

const messageFor = (loki: string) =>
  adviceOn(planWith(`services:\n  loki: ${loki}\n`))
    .filter(({ check }) => check === 'services.loki.count')
    .map(({ message }) => message);

test('what a lost task of Loki costs is said with its figures', () => {
  expect(messageFor('{}')).toEqual([
    'loki has 2 tasks, so one copy of each line: ' +
      'while one of them is gone reads fail for at least 20 s, and up to a third of writes',
  ]);
  expect(messageFor(`{ count: 1, ${REPLACED_AT_ONCE} }`)).toEqual([
    'loki has 1 task, so one copy of each line: while it is gone reads and writes fail',
  ]);
});

test.each([
  [
    'two copies on two tasks',
    '  loki: { count: 2, environment: { REPLICATION_FACTOR: "2" } }\n',
    'services.loki.environment.REPLICATION_FACTOR',
  ],
  [
    'more copies than tasks',
    `  mimir: { count: 1, ${REPLACED_AT_ONCE}, environment: { REPLICATION_FACTOR: "3" } }\n`,
    'services.mimir.environment.REPLICATION_FACTOR',
  ],
  [
    'every path of a store',
    '  tempo: { expose: { paths: ["/*"], from: [192.0.2.0/24] } }\n',
    'services.tempo.expose.paths',
  ],
  ['a store open to the internet', '  mimir: { expose: { public: true } }\n', 'services.mimir.expose.public'],
  [
    'keys beside the task role',
    '  tempo: { secrets: { AWS_ACCESS_KEY_ID: "lgtm/keys:AWS_ACCESS_KEY_ID" } }\n',
    'services.tempo.secrets',
  ],
  [
    'a prefix that Mimir refuses',
    '  mimir: { environment: { S3_PREFIX: mimir-blocks } }\n',
    'services.mimir.environment.S3_PREFIX',
  ],
  ['Tempo 3', '  tempo: { version: 3.0.3 }\n', 'services.tempo.version'],
])('%s is advised against', (_, services, check) => {
  expect(advised(`  ${services.trim()}\n`)).toContain(check);
});

test('Grafana on all paths, open to the internet, is as it should be', () => {
  expect(advised('  loki: { count: 3 }\n')).toEqual([]);
});
