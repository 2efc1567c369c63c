import { lookAtVersions } from '../../../src/activities/preflight/versions';
import type { Finding } from '../../../src/contract/findings';
import { planWith } from '../../plan/plan';

function look(services: string, ...containers: [service: string, image: string][]): Finding[] {
  const running = containers.map(([Service, Image]) => ({
    Service,
    Image,
    State: 'running',
  }));
  return lookAtVersions(planWith(`services: ${services}\n`), running).findings;
}

const describeAll = (findings: Finding[]) => findings.map(({ level, message }) => `${level} ${message}`);

test('a plan that deploys what runs passes in one line', () => {
  const findings = look(
    '{}',
    ['mimir', 'grafana/mimir:3.2.1'],
    ['dash', 'grafana/grafana-oss:13.2.3'],
    ['proxy', 'nginx:1.29'],
  );
  expect(describeAll(findings)).toEqual(['pass deployed as they run: mimir 3.2.1, grafana 13.2.3']);
});

test('a newer version is a warning', () => {
  const findings = look('{ loki: { version: 3.7.9 } }', ['loki', 'grafana/loki:3.7.8']);
  expect(describeAll(findings)).toEqual(['warn loki 3.7.9 is newer than 3.7.8']);
});

test('a version across a storage format is a failure with the way out', () => {
  const [tempo] = look('{ tempo: { version: 3.0.3 } }', ['tempo', 'grafana/tempo:2.10.8']);
  expect(tempo?.level).toBe('fail');
  expect(tempo?.fix).toBe('move first, upgrade later: set services.tempo.version to 2.10.8');
});

test('a version whose flush nobody sees arrive is a warning, even where it is deployed as it runs', () => {
  const findings = look('{ tempo: { version: 3.0.3 } }', ['tempo', 'grafana/tempo:3.0.3']);
  expect(describeAll(findings)).toEqual([
    'pass deployed as they run: tempo 3.0.3',
    expect.stringMatching(/^warn tempo 3\.0\.3 counts otherwise than is known/),
  ]);
});

test('a tag that moves is named', () => {
  const [finding] = describeAll(look('{}', ['alloy', 'grafana/alloy:latest']));
  expect(finding).toContain('warn alloy runs grafana/alloy:latest, a tag that moves');
});
