import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { searchAttributes } from '../../src/contract/messages';
import type { Problem } from '../../src/import/problem';
import { findSchemaProblems } from '../../src/import/read/compose-schema';
import { YamlFile } from '../../src/import/read/yaml-file';

interface Service {
  image?: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: unknown;
  stop_grace_period?: string;
  command?: string[];
}
interface ComposeFile {
  services: Record<string, Service>;
}

const NAME = 'docker-compose.temporal.yaml';
const text = readFileSync(join(__dirname, '../..', NAME), 'utf8');
const { services } = parse(text) as ComposeFile;
const { temporal, worker } = services;

test('the file is what the Compose Specification allows', () => {
  const problems: Problem[] = [];
  const file = YamlFile.parse(text, NAME, problems);
  problems.push(...findSchemaProblems(file!));
  expect(problems).toEqual([]);
});

test('every image is pinned to a version', () => {
  for (const { image } of Object.values(services)) {
    const isBuilt = image === undefined;
    if (!isBuilt) expect(image).toMatch(/:\d+\.\d+/);
  }
});

test('closed runs are kept for 30 days', () => {
  const retention = temporal?.environment?.['DEFAULT_NAMESPACE_RETENTION'];
  expect(retention).toBe('720h');
});

test('whoever waits for a healthy service waits for one that says so', () => {
  const awaited = new Set<string>();
  for (const { depends_on = {} } of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      if (condition === 'service_healthy') awaited.add(name);
    }
  }
  expect(awaited).toContain('temporal');
  for (const name of awaited) {
    const { healthcheck } = services[name]!;
    expect(healthcheck).toBeDefined();
  }
});

test('all search attributes are registered', () => {
  const [script] = services['search-attributes']!.command!;
  for (const { name } of Object.values(searchAttributes)) {
    expect(script).toContain(`--name ${name}`);
  }
});

test('the worker starts once all search attributes are registered', () => {
  expect(worker?.depends_on).toEqual({
    'search-attributes': {
      condition: 'service_completed_successfully',
    },
  });
});

test('the worker may take longer to stop than its own grace of 20 s', () => {
  const period = worker?.stop_grace_period ?? '0';
  const seconds = Number.parseInt(period, 10);
  expect(seconds).toBeGreaterThan(20);
});
