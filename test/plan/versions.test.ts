import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOUNDARIES, COMPONENTS, PINS } from '../../src/plan/components';
import { judgeVersion } from '../../src/plan/versions';
import { parseVersion } from '../../src/stores/version';
import { STORE_NAMES, storeOf } from '../../src/stores';
import { settingsOf } from '../../src/stores/settings';

const DOCKERFILES = join(__dirname, '../../dockerfiles');
const readImageFile = (...path: string[]) => readFileSync(join(DOCKERFILES, ...path), 'utf8');

test.each(COMPONENTS)("the pin of %s is its Dockerfile's", (name) => {
  expect(readImageFile(name, 'Dockerfile')).toContain(`ARG VERSION=${PINS[name]}\n`);
});

test.each(STORE_NAMES)('what a plan of %s may leave out is what its image takes', (name) => {
  const { prefix, retention } = storeOf(name).image;
  expect(readImageFile(name, 'switches.sh')).toContain(`S3_PREFIX="\${S3_PREFIX-${prefix}}"`);
  expect(readImageFile(name, `${name}.yaml`)).toMatch(new RegExp(`\\$\\{RETENTION:-?${retention}\\}`));
});

test("Mimir's image has the limit and the prefix of rules that need no variable", () => {
  expect(readImageFile('mimir', 'switches.sh')).toContain('RULER_PREFIX="${RULER_PREFIX-mimirruler}"');
  expect(readImageFile('mimir', 'mimir.yaml')).toContain('${MAX_SERIES:500000}');
  const { image } = storeOf('mimir');
  const limit = (series: number) => ({ limits: { max_global_series_per_user: series } });
  expect(image.readEnvironment(settingsOf(limit(500_000)), [])).toEqual({});
  expect(image.readEnvironment(settingsOf(limit(500_001)), [])).toEqual({ MAX_SERIES: '500001' });
});

test("the schema of Loki's image needs no variable", () => {
  const [, schema = ''] = /default='(.*)'/.exec(readImageFile('loki', 'switches.sh')) ?? [];
  const settings = settingsOf({ schema_config: { configs: JSON.parse(schema) as unknown } });
  expect(storeOf('loki').image.readEnvironment(settings, [])).toEqual({});
});

test.each([
  ['mimir', '3.2.1', '3.2.1', 'pass'],
  ['mimir', '3.2.0', '3.2.1', 'warn'],
  ['mimir', '3.10.0', '3.9.1', 'warn'],
  ['mimir', '2.17.0', '3.2.1', 'fail'],
  ['loki', '2.9.8', '3.7.8', 'fail'],
  ['loki', '3.0.0', '3.7.8', 'warn'],
  ['tempo', '2.4.2', '2.10.8', 'fail'],
  ['tempo', '2.6.0', '2.10.8', 'warn'],
  ['tempo', '3.0.3', '2.10.8', 'fail'],
  ['pyroscope', '1.7.1', '1.21.1', 'warn'],
  ['pyroscope', '2.0.2', '1.21.1', 'fail'],
  ['grafana', '12.4.0', '13.2.3', 'fail'],
  ['grafana', '13.0.0', '13.2.3', 'warn'],
  ['grafana', '13.3.0', '13.2.3', 'fail'],
  ['grafana', '13.2.4', '13.2.3', 'warn'],
  ['alloy', 'v1.9.0', 'v1.19.2', 'warn'],
  ['alloy', 'latest', 'v1.19.2', 'fail'],
] as const)('%s from %s to %s is a %s', (name, found, target, level) => {
  expect(judgeVersion(name, found, target).level).toBe(level);
});

test('a refusal says what lies between, and its source', () => {
  expect(judgeVersion('tempo', '3.0.3', '2.10.8')).toEqual({
    level: 'fail',
    source: 'https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/upgrade/',
    message:
      'tempo 3.0.3 and 2.10.8 lie on both sides of 3.0.0: v2 and vParquet3 blocks are not read any more, ' +
      'block builders and live stores replace ingester and compactor, and there is no downgrade',
  });
});

test('every boundary is a complete version with a source', () => {
  for (const { at, source } of Object.values(BOUNDARIES).flat()) {
    expect(parseVersion(at)).toBeDefined();
    expect(source).toMatch(/^https:\/\//);
  }
});
