import { listFindings } from '../findings';
import { findFixture, writeFolder } from '../folder';

test('a store without a configuration has its defaults, and what they would break is named', () => {
  const findings = listFindings(findFixture('mimir-alone'));
  expect(findings).toEqual(
    expect.arrayContaining(['fail mimir/filesystem compose.yaml:2', 'fail mimir/tenants compose.yaml:2']),
  );
  expect(findings).not.toContainEqual(expect.stringContaining('mimir/configuration'));
});

test('a configuration that is named and not in the folder fails', () => {
  const root = writeFolder({
    'compose.yaml': 'services: { mimir: { image: "grafana/mimir:3.2.1", command: "-config.file=/etc/m.yaml" } }',
  });
  expect(listFindings(root)).toContain('fail mimir/configuration compose.yaml:1');
});

test('an image that brings a configuration is started with that one where nobody names another', () => {
  const root = writeFolder({
    'compose.yaml':
      'services: { loki: { image: "grafana/loki:3.7.8", volumes: ["loki:/loki"] } }\nvolumes: { loki: {} }',
  });
  const findings = listFindings(root).filter((finding) => finding.includes(' loki/'));
  expect(findings).toEqual(['fail loki/filesystem compose.yaml:1']);
});

test('a file that is mounted over it counts', () => {
  const root = writeFolder({
    'compose.yaml':
      'services: { loki: { image: "grafana/loki:3.7.8", volumes: ["./l.yaml:/etc/loki/local-config.yaml"] } }',
    'l.yaml': 'auth_enabled: true',
  });
  expect(listFindings(root)).toContain('fail loki/tenants l.yaml:1');
});
