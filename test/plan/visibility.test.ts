import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeVisibility } from '../../src/plan/visibility';
import { read } from '../images/configuration';
import { planWith } from './plan';

const readFixture = (name: string) => readFileSync(join(__dirname, 'fixtures', `${name}.txt`), 'utf8').trimEnd();

test('without dual write each side lacks what the other holds in memory', () => {
  expect(describeVisibility(planWith()).join('\n')).toBe(readFixture('visibility-alone'));
});

test('with dual write reads miss what is in flight, and what is sent past Alloy', () => {
  expect(describeVisibility(planWith('ingestion: { dualWrite: true }\n')).join('\n')).toBe(
    readFixture('visibility-dual-write'),
  );
});

test('with dual write each port of the ingest that leads past Alloy is named', () => {
  const listens = [
    [9009, 'mimir'],
    [4318, 'alloy'],
    [3100, 'loki'],
  ].map(([port, service]) => ({
    port: port as number,
    protocol: 'tcp' as const,
    service: service as string,
    targetPort: port as number,
  }));
  const [, past] = describeVisibility(planWith('ingestion: { dualWrite: true }\n'), listens);
  expect(past).toBe(
    'what comes through the ingest at 9009 (mimir), 3100 (loki) bypasses alloy: the hosts do not get it',
  );
  expect(describeVisibility(planWith(), listens)).toEqual(describeVisibility(planWith()));
});

test('only stores that the plan has are spoken of', () => {
  expect(
    describeVisibility(planWith('services: { mimir: null, tempo: null, pyroscope: null }\n')).map(
      (sentence) => sentence.split(':')[0],
    ),
  ).toEqual(['dual write is off', 'loki']);
  expect(describeVisibility(planWith('services: { mimir: null, loki: null, tempo: null, pyroscope: null }\n'))).toEqual(
    [],
  );
});

test('the numbers of the new side are those of its configuration', () => {
  const of = (name: string) =>
    parse(read(name, `${name}.yaml`)) as Record<string, Record<string, Record<string, unknown>>>;
  const [, , loki] = describeVisibility(planWith());
  expect(loki).toContain(
    `only ECS took in, for up to ${String(of('loki')['ingester']!['max_chunk_age'])} (max_chunk_age)`,
  );
  for (const name of ['mimir', 'pyroscope']) expect(of(name)['querier']!['query_store_after']).toBe('0s');
  expect(of('mimir')['blocks_storage']!['bucket_store']!['ignore_blocks_within']).toBe('0s');
  expect(of('tempo')['query_frontend']!['search']!['query_backend_after']).toBe('0s');
});
