import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { defaultsOf, FOLDER, GIVEN, read, start } from './configuration';

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
const panel = z.object({
  id: z.int().min(1),
  type: z.enum(['row', 'stat', 'timeseries']),
  title: text,
  gridPos: object({ h: z.int().min(1), w: z.int().min(1).max(24), x: z.int().min(0).max(23), y: z.int().min(0) }),
  datasource: reference.optional(),
  targets: z
    .array(
      object({ refId: z.string().regex(/^[A-Z]$/), datasource: reference, expr: text, legendFormat: text.optional() }),
    )
    .optional(),
});
const dashboard = z.object({
  uid: text.max(40),
  title: text,
  schemaVersion: z.int().min(39),
  editable: z.literal(false),
  panels: z.array(panel).min(1),
});

/** Grafana's provisioning replaces $NAME and ${NAME}, keeps $$ as a dollar, and knows no defaults. */
function provisioned(file: string): unknown {
  const environment: Record<string, string> = { ...defaultsOf('grafana'), ...GIVEN };
  const filled = read('grafana', 'provisioning', file)
    .replaceAll('$$', '\0')
    .replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
      if (environment[name] === undefined) throw new Error(`${whole} in ${file} has no value`);
      return environment[name];
    });
  return parse(filled.replaceAll('\0', '$'));
}

const { datasources } = object({ apiVersion: z.literal(1), datasources: z.array(datasource) }).parse(
  provisioned('datasources/lgtm.yaml'),
);

test('all four stores are data sources, at their names in the namespace', () => {
  expect(Object.fromEntries(datasources.map(({ uid, type }) => [uid, type]))).toEqual(TYPES);
  expect(datasources.map(({ url }) => url)).toEqual([
    'http://mimir.lgtm.local:9009/prometheus',
    'http://loki.lgtm.local:3100',
    'http://tempo.lgtm.local:3200',
    'http://pyroscope.lgtm.local:4040',
  ]);
});

test('no data source is named as one that an old database may bring along', () => {
  for (const { name } of datasources) expect(name).toMatch(/^LGTM /);
});

test('nothing that another Grafana has provisioned is pruned', () =>
  expect(read('grafana', 'provisioning/datasources/lgtm.yaml')).not.toMatch(/^(prune|deleteDatasources):/m));

test('logs lead to traces and back', () => {
  const of = (uid: string) => datasources.find((entry) => entry.uid === uid)!.jsonData;
  expect(of('lgtm-loki')).toMatchObject({ derivedFields: [{ datasourceUid: 'lgtm-tempo', url: '${__value.raw}' }] });
  expect(of('lgtm-tempo')).toMatchObject({
    tracesToLogsV2: { datasourceUid: 'lgtm-loki' },
    tracesToMetrics: { datasourceUid: 'lgtm-mimir' },
  });
});

test('the dashboards are looked for where the image has them', () => {
  expect(provisioned('dashboards/lgtm.yaml')).toMatchObject({
    apiVersion: 1,
    providers: [{ type: 'file', options: { path: '/etc/grafana/dashboards' } }],
  });
  expect(read('grafana', 'Dockerfile')).toContain('COPY dashboards/ /etc/grafana/dashboards/');
});

describe.each(readdirSync(join(FOLDER, 'grafana/dashboards')))('the dashboard %s', (file) => {
  const { panels } = dashboard.parse(JSON.parse(read('grafana', 'dashboards', file)));

  test('gives every panel an id of its own and a place of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const {
      gridPos: { x, y, w, h },
      title,
    } of panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++)
        for (let line = y; line < y + h; line++) {
          expect({ title, taken: taken.has(`${column},${line}`) }).toEqual({ title, taken: false });
          taken.add(`${column},${line}`);
        }
    }
  });

  test('asks only data sources that are provisioned', () => {
    const asked = panels
      .flatMap(({ datasource: own, targets }) => [own, ...(targets ?? []).map((target) => target.datasource)])
      .filter((entry) => entry !== undefined);
    for (const { type, uid } of asked) expect(TYPES[uid as keyof typeof TYPES]).toBe(type);
  });

  test('closes every bracket of its queries', () => {
    for (const { expr } of panels.flatMap(({ targets }) => targets ?? [])) {
      for (const [open, close] of ['()', '{}', '[]'])
        expect({ expr, open: expr.split(open!).length }).toEqual({ expr, open: expr.split(close!).length });
    }
  });
});

describe('the entrypoint of Grafana', () => {
  const given = { ...GIVEN, GF_DATABASE_TYPE: 'postgres', GF_SECURITY_ADMIN_PASSWORD: 'x' };

  test('starts with a database that outlives the task', () =>
    expect(start('grafana', given)).toMatchObject({ status: 0, said: '' }));

  test.each([
    [
      { GF_DATABASE_TYPE: '' },
      "GF_DATABASE_TYPE is not set and the default, SQLite on the task's disk, is lost with the task",
    ],
    [{ DOMAIN: '' }, 'DOMAIN is not set'],
    [{ ALERTING: 'false' }, 'ALERTING is "false"; it must be on or off'],
  ])('refuses %j', (change, said) =>
    expect(start('grafana', { ...given, ...change })).toMatchObject({
      status: 64,
      said: expect.stringContaining(said) as string,
    }),
  );

  test.each([
    ['on', 'true'],
    ['off', 'false'],
  ])('with ALERTING %s has GF_UNIFIED_ALERTING_EXECUTE_ALERTS %s', (value, set) => {
    expect(start('grafana', { ...given, ALERTING: value }).environment['GF_UNIFIED_ALERTING_EXECUTE_ALERTS']).toBe(set);
  });

  test('makes no database with the password admin, and none with the same password twice', () => {
    const password = () =>
      start('grafana', { ...given, GF_SECURITY_ADMIN_PASSWORD: '' }).environment['GF_SECURITY_ADMIN_PASSWORD']!;
    expect(password().length).toBeGreaterThanOrEqual(32);
    expect(password()).not.toBe(password());
    expect(start('grafana', given).environment['GF_SECURITY_ADMIN_PASSWORD']).toBe('x');
  });
});
