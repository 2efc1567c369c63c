import { versionFindings } from '../../../src/activities/preflight/versions';
import { parsePlan } from '../../../src/plan/loader';

const plan = (services = '{}') =>
  parsePlan(
    `name: a\ndomain: example.com\nhostedZone: Z1\ncertificate: "arn:aws:acm:x"\nsource: { instances: [i-00000000], composeDirectory: /opt }\nservices: ${services}\n`,
    'migration.yaml',
  );
const container = (Service: string, Image: string) => ({ Service, Image, State: 'running' });
const levels = (services: string, ...containers: [string, string][]) =>
  versionFindings(
    plan(services),
    containers.map((each) => container(...each)),
  ).map(({ level, message }) => `${level} ${message}`);

test('a plan that deploys what runs passes in one line', () => {
  expect(
    levels('{}', ['mimir', 'grafana/mimir:3.2.1'], ['dash', 'grafana/grafana-oss:13.2.3'], ['proxy', 'nginx:1.29']),
  ).toEqual(['pass deployed as they run: mimir 3.2.1, grafana 13.2.3']);
});

test('a newer version is a warning, one across a storage format a failure with the way out', () => {
  expect(levels('{ loki: { version: 3.7.9 } }', ['loki', 'grafana/loki:3.7.8'])).toEqual([
    'warn loki 3.7.9 is newer than 3.7.8',
  ]);
  const [tempo] = versionFindings(plan('{ tempo: { version: 3.0.3 } }'), [container('tempo', 'grafana/tempo:2.10.8')]);
  expect([tempo?.level, tempo?.fix]).toEqual([
    'fail',
    'move first, upgrade later: set services.tempo.version to 2.10.8',
  ]);
});

test('a tag that moves is named', () => {
  expect(levels('{}', ['alloy', 'grafana/alloy:latest'])).toEqual([
    expect.stringContaining('warn alloy runs grafana/alloy:latest, a tag that moves'),
  ]);
});
