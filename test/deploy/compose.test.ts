import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { schemaProblems } from '../../src/import/read/compose-schema';
import type { Problem } from '../../src/import/problem';
import { YamlFile } from '../../src/import/read/yaml-file';

interface Service {
  image?: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: unknown;
  stop_grace_period?: string;
  command?: string[];
}
const text = readFileSync(join(__dirname, '../../docker-compose.temporal.yaml'), 'utf8');
const { services } = parse(text) as { services: Record<string, Service> };

test('the file is what the Compose Specification allows', () => {
  const problems: Problem[] = [];
  const file = YamlFile.parse(text, 'docker-compose.temporal.yaml', problems);
  expect([...problems, ...schemaProblems(file!)]).toEqual([]);
});

test('every image is pinned to a version', () => {
  const images = Object.values(services).flatMap(({ image }) => image ?? []);
  expect(images.filter((image) => !/:\d+\.\d+/.test(image))).toEqual([]);
});

test('closed runs are kept for 30 days', () => {
  expect(services['temporal']?.environment?.['DEFAULT_NAMESPACE_RETENTION']).toBe('720h');
});

test('whoever waits for a healthy service waits for one that says so', () => {
  for (const { depends_on = {} } of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      if (condition === 'service_healthy') expect(services[name]?.healthcheck).toBeDefined();
    }
  }
});

test('all search attributes are registered before the worker starts', () => {
  for (const name of ['MigrationPhase', 'MigrationWeight', 'MigrationHealth', 'MigrationWaiting'])
    expect(services['search-attributes']?.command?.[0]).toContain(`--name ${name}`);
  expect(services['worker']?.depends_on).toEqual({
    'search-attributes': { condition: 'service_completed_successfully' },
  });
});

test('the worker may take longer to stop than its own grace of 20 s', () => {
  expect(Number.parseInt(services['worker']?.stop_grace_period ?? '0', 10)).toBeGreaterThan(20);
});
