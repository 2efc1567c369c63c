import { parse } from 'yaml';
import { describeVisibility } from '../../src/plan/visibility';
import { read } from '../images/configuration';
import { planWith } from './plan';

test('without dual write each side lacks what the other holds in memory', () => {
  expect(describeVisibility(planWith()).join('\n')).toMatchInlineSnapshot(`
"dual write is off: what is sent to a side stays there until it is in sys-lgtm-s3
mimir: reads of the new side miss samples that only the host took in, for up to 3h (blocks of 2 h, cut when their head spans 3 h); reads of the old side miss those that only ECS took in, for up to 12h (querier.query_store_after: a Mimir at its defaults looks for nothing younger in S3)
loki: reads of the new side miss lines that only the host took in, for up to 2h (max_chunk_age); reads of the old side miss those that only ECS took in, for up to 30m (max_chunk_age)
tempo: reads of the new side miss traces that only the host took in, for up to 30m (max_block_duration); reads of the old side miss those that only ECS took in, for up to 15m (query_backend_after: a search at its defaults looks for nothing younger in S3)
pyroscope: reads of the new side miss profiles that only the host took in, for up to 1h (max_block_duration); reads of the old side miss those that only ECS took in, for up to 4h (query_store_after: a Pyroscope at its defaults looks for nothing younger in S3)"
`);
});

test('with dual write reads miss what is in flight, and what is sent past Alloy', () => {
  expect(describeVisibility(planWith('ingestion: { dualWrite: true }\n')).join('\n')).toMatchInlineSnapshot(`
"dual write is on: what alloy on ECS takes in goes to both sides; what is sent past it, to a store itself, stays on its side until it is in sys-lgtm-s3
mimir: reads of either side miss no samples that alloy took in but what is in flight, or was given up while the host did not answer; those sent past it to the host the new side misses for up to 3h, those sent past it to ECS the old side for up to 12h
loki: reads of either side miss no lines that alloy took in but what is in flight, or was given up while the host did not answer; those sent past it to the host the new side misses for up to 2h, those sent past it to ECS the old side for up to 30m
tempo: reads of either side miss no traces that alloy took in but what is in flight, or was given up while the host did not answer; those sent past it to the host the new side misses for up to 30m, those sent past it to ECS the old side for up to 15m
pyroscope: reads of either side miss no profiles that alloy took in but what is in flight, or was given up while the host did not answer; those sent past it to the host the new side misses for up to 1h, those sent past it to ECS the old side for up to 4h"
`);
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
