import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { defaultsOf, FOLDER, GIVEN, read, start, type Environment } from './configuration';

const object = z.strictObject;
const text = z.string().min(1);
const TYPES = {
  'lgtm-mimir': 'prometheus',
  'lgtm-loki': 'loki',
  'lgtm-tempo': 'tempo',
  'lgtm-pyroscope': 'grafana-pyroscope-datasource',
} as const;

const datasource = object({
  name: text,
  uid: text,
  type: z.enum(TYPES),
  access: z.literal('proxy'),
  url: z.url(),
  isDefault: z.boolean().optional(),
  editable: z.literal(false),
  jsonData: z.record(z.string(), z.unknown()).optional(),
});

const reference = object({ type: text, uid: text });
const gridPosition = object({
  h: z.int().min(1),
  w: z.int().min(1).max(24),
  x: z.int().min(0).max(23),
  y: z.int().min(0),
});
const target = object({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: reference,
  expr: text,
  legendFormat: text.optional(),
});
const panel = z.object({
  id: z.int().min(1),
  type: z.enum(['row', 'stat', 'timeseries']),
  title: text,
  gridPos: gridPosition,
  datasource: reference.optional(),
  targets: z.array(target).optional(),
});
const dashboard = z.object({
  uid: text.max(40),
  title: text,
  schemaVersion: z.int().min(39),
  editable: z.literal(false),
  panels: z.array(panel).min(1),
});

/**
 * Grafana's provisioning replaces $NAME and ${NAME},
 * keeps $$ as a dollar, and knows no defaults.
 */
function provision(file: string): unknown {
  const environment: Environment = { ...defaultsOf('grafana'), ...GIVEN };
  const content = read('grafana', 'provisioning', file).replaceAll('$$', '\0');
  const filled = content.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Error(`${whole} in ${file} has no value`);
    return value;
  });
  return parse(filled.replaceAll('\0', '$'));
}

const provisioning = object({
  apiVersion: z.literal(1),
  datasources: z.array(datasource),
});
const { datasources } = provisioning.parse(provision('datasources/lgtm.yaml'));

function jsonDataOf(wanted: string): unknown {
  const found = datasources.find(({ uid }) => uid === wanted);
  return found!.jsonData;
}

test('all four stores are data sources, at their names in the namespace', () => {
  const types = datasources.map(({ uid, type }) => [uid, type]);
  expect(Object.fromEntries(types)).toEqual(TYPES);
  expect(datasources.map(({ url }) => url)).toEqual([
    'http://mimir.lgtm.local:9009/prometheus',
    'http://loki.lgtm.local:3100',
    'http://tempo.lgtm.local:3200',
    'http://pyroscope.lgtm.local:4040',
  ]);
});

test('no data source is named as one that an old database may bring along', () => {
  for (const { name } of datasources) {
    expect(name).toMatch(/^LGTM /);
  }
});

test('nothing that another Grafana has provisioned is pruned', () => {
  const content = read('grafana', 'provisioning/datasources/lgtm.yaml');
  expect(content).not.toMatch(/^(prune|deleteDatasources):/m);
});

test('logs lead to traces and back', () => {
  const link = { datasourceUid: 'lgtm-tempo', url: '${__value.raw}' };
  expect(jsonDataOf('lgtm-loki')).toMatchObject({ derivedFields: [link] });
  expect(jsonDataOf('lgtm-tempo')).toMatchObject({
    tracesToLogsV2: { datasourceUid: 'lgtm-loki' },
    tracesToMetrics: { datasourceUid: 'lgtm-mimir' },
  });
});

test('the dashboards are looked for where the image has them', () => {
  expect(provision('dashboards/lgtm.yaml')).toMatchObject({
    apiVersion: 1,
    providers: [{ type: 'file', options: { path: '/etc/grafana/dashboards' } }],
  });
  expect(read('grafana', 'Dockerfile')).toContain('COPY dashboards/ /etc/grafana/dashboards/');
});

/** The cells of Grafana's grid that a panel covers. */
function listCells({ x, y, w, h }: z.infer<typeof gridPosition>): string[] {
  const cells: string[] = [];
  for (let column = x; column < x + w; column++) {
    for (let line = y; line < y + h; line++) {
      cells.push(`${column},${line}`);
    }
  }
  return cells;
}

describe.each(readdirSync(join(FOLDER, 'grafana/dashboards')))('the dashboard %s', (file) => {
  const { panels } = dashboard.parse(JSON.parse(read('grafana', 'dashboards', file)));

  test('gives every panel an id of its own and a place of its own', () => {
    const ids = new Set(panels.map(({ id }) => id));
    expect(ids.size).toBe(panels.length);
    const owners = new Map<string, string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (const cell of listCells(gridPos)) {
        expect({ title, cell, owner: owners.get(cell) }).toEqual({ title, cell });
        owners.set(cell, title);
      }
    }
  });

  test('asks only data sources that are provisioned', () => {
    const ofPanels = panels.map((entry) => entry.datasource);
    const targets = panels.flatMap((entry) => entry.targets ?? []);
    const ofTargets = targets.map((entry) => entry.datasource);
    const asked = [...ofPanels, ...ofTargets].filter((entry) => entry !== undefined);
    for (const { type, uid } of asked) {
      expect(TYPES[uid as keyof typeof TYPES]).toBe(type);
    }
  });

  test('closes every bracket of its queries', () => {
    const targets = panels.flatMap((entry) => entry.targets ?? []);
    for (const { expr } of targets) {
      for (const [open, close] of ['()', '{}', '[]']) {
        const opened = expr.split(open!).length;
        const closed = expr.split(close!).length;
        expect({ expr, count: closed }).toEqual({ expr, count: opened });
      }
    }
  });
});

describe('the entrypoint of Grafana', () => {
  const given = {
    ...GIVEN,
    GF_DATABASE_TYPE: 'postgres',
    GF_SECURITY_ADMIN_PASSWORD: 'x',
  };
  const passwordWith = (password: string): string => {
    const { environment } = start('grafana', { ...given, GF_SECURITY_ADMIN_PASSWORD: password });
    return environment['GF_SECURITY_ADMIN_PASSWORD']!;
  };

  test('starts with a database that outlives the task', () => {
    const { status, said } = start('grafana', given);
    expect(said).toBe('');
    expect(status).toBe(0);
  });

  test.each([
    [
      { GF_DATABASE_TYPE: '' },
      "GF_DATABASE_TYPE is not set and the default, SQLite on the task's disk, is lost with the task",
    ],
    [{ DOMAIN: '' }, 'DOMAIN is not set'],
    [{ ALERTING: 'false' }, 'ALERTING is "false"; it must be on or off'],
  ])('refuses %j', (change, message) => {
    const { status, said } = start('grafana', { ...given, ...change });
    expect(status).toBe(64);
    expect(said).toContain(message);
  });

  test.each([
    ['on', 'true'],
    ['off', 'false'],
  ])('with ALERTING %s has GF_UNIFIED_ALERTING_EXECUTE_ALERTS %s', (value, setting) => {
    const { environment } = start('grafana', { ...given, ALERTING: value });
    expect(environment['GF_UNIFIED_ALERTING_EXECUTE_ALERTS']).toBe(setting);
  });

  test('makes no database with the password admin, and none with the same password twice', () => {
    const made = passwordWith('');
    expect(made.length).toBeGreaterThanOrEqual(32);
    expect(passwordWith('')).not.toBe(made);
    expect(passwordWith('x')).toBe('x');
  });
});
