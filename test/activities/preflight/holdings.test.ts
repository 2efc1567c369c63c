import { accepted, judgeHoldings, type StoreHoldings } from '../../../src/activities/preflight/holdings';
import { written } from '../../../src/activities/aws/object';
import { metric } from '../../../src/activities/host/component';
import { backendsOf } from '../../../src/activities/host/store';
import type { Finding } from '../../../src/contract/findings';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const store = (service: string, ...backends: StoreHoldings['backends']): StoreHoldings => ({
  instanceId: 'i-1',
  service,
  backends,
  folders: [{ path: '/data', kb: 200_000 }],
});
const inBucket = { what: 'blocks', kind: 's3', bucket: 'b', prefix: 'mimirblocks' };
const short = (findings: Finding[]) => findings.map(({ level, id }) => [level, id]);

test('data on a disk is a loss of its own name, with its place and size; a store that holds nothing there loses nothing', () => {
  const disk = (kb?: number) =>
    store('loki', {
      what: 'chunks and index',
      kind: 'filesystem',
      prefix: '',
      local: { path: '/vol/chunks', ...(kb === undefined ? {} : { kb }) },
    });
  expect(judgeHoldings([disk(4_300_000)], [], NOW)).toEqual([
    {
      id: 'loki/filesystem',
      check: 'data',
      level: 'fail',
      message: 'loki on i-1 keeps its chunks and index on disk, 4.1 GB in /vol/chunks; S3 has none of it',
      fix: 'copy it to S3 first (docs/data.md), or accept the loss by name: data.accept: [loki/filesystem]',
    },
  ]);
  expect([short(judgeHoldings([disk(12)], [], NOW)), short(judgeHoldings([disk()], [], NOW))]).toEqual([
    [['pass', undefined]],
    [['pass', undefined]],
  ]);
});

test('S3 is believed when it lists something new; empty, silent, refused or of another maker it is not', () => {
  const listing = (count: number, newest?: string) => ({
    count,
    atNewest: 1,
    more: false,
    ...(newest ? { newest } : {}),
  });
  const judged = (...backends: StoreHoldings['backends']) =>
    short(judgeHoldings([store('mimir', ...backends)], [], NOW));
  expect(judged({ ...inBucket, listing: listing(3, '2026-11-25T11:00:00Z') })).toEqual([['pass', undefined]]);
  expect(judged({ ...inBucket, listing: listing(3, '2026-11-20T11:00:00Z') })).toEqual([['warn', undefined]]);
  expect(judged({ ...inBucket, listing: listing(0) })).toEqual([['fail', 'mimir/s3']]);
  expect(judged({ ...inBucket, refused: 'AccessDenied' })).toEqual([['fail', 'mimir/s3']]);
  expect(judged({ ...inBucket, endpoint: 'minio:9000' })).toEqual([['fail', 'mimir/storage']]);
  expect(short(judgeHoldings([{ ...store('mimir'), silent: 'curl: (7)' }], [], NOW))).toEqual([
    ['fail', 'mimir/silent'],
  ]);
});

test('a volume of any other container counts when it is not trivially small', () => {
  const volume = (kb: number) => ({
    instanceId: 'i-1',
    service: 'prometheus',
    destination: '/prometheus',
    path: '/vol/p',
    kb,
  });
  expect(short(judgeHoldings([], [volume(9_000_000), { ...volume(300), service: 'proxy' }], NOW))).toEqual([
    ['fail', 'prometheus/volume'],
  ]);
});

test('a loss that the plan accepts by name is a warning that says so; an acceptance of nothing is one too', () => {
  const losses = judgeHoldings(
    [store('loki', { what: 'chunks', kind: 'filesystem', prefix: '', local: { path: '/c', kb: 5000 } })],
    [],
    NOW,
  );
  const plan = (accept: string[], enabled = true) => ({
    data: { accept },
    decommission: { enabled } as Parameters<typeof accepted>[1]['decommission'],
  });
  expect(accepted(losses, plan(['loki/filesystem']))).toEqual([
    expect.objectContaining({
      level: 'warn',
      message: expect.stringMatching(/\(accepted by data\.accept\)$/) as string,
    }),
  ]);
  expect(accepted(losses, plan(['loki/filesytem']))).toEqual([
    expect.objectContaining({ level: 'fail' }),
    expect.objectContaining({
      level: 'warn',
      message: 'data.accept names loki/filesytem, which is nowhere to be found',
      fix: 'take it out; what may be accepted is loki/filesystem',
    }),
  ]);
  expect(short(accepted(losses, plan([], false)))).toEqual([['warn', 'loki/filesystem']]);
});

test('each store says in its own words where its data is', () => {
  expect(
    backendsOf('mimir', 'blocks_storage: {backend: s3, storage_prefix: /blocks/, s3: {bucket_name: b}}\n'),
  ).toEqual([
    { what: 'blocks', kind: 's3', bucket: 'b', prefix: 'blocks', path: '/blocks' },
    { what: 'rules', kind: 'filesystem', prefix: '', path: '/ruler' },
    { what: 'alerts', kind: 'filesystem', prefix: '', path: '/alertmanager' },
  ]);
  expect(
    backendsOf(
      'loki',
      'schema_config: {configs: [{object_store: filesystem}, {object_store: aws}]}\nstorage_config: {aws: {s3: "s3://ap-northeast-2/b"}, object_prefix: loki}\n',
    ).map(({ kind, bucket, prefix, path }) => [kind, bucket, prefix, path]),
  ).toEqual([
    ['filesystem', 'b', 'loki', '/loki/chunks'],
    ['s3', 'b', 'loki', '/loki/chunks'],
  ]);
  expect(backendsOf('tempo', '{}')).toMatchObject([{ kind: 'local', path: '/var/tempo/traces' }]);
  expect(backendsOf('pyroscope', '---\nstorage: {backend: s3, prefix: p, s3: {bucket_name: b}}')).toMatchObject([
    { kind: 's3', bucket: 'b', prefix: 'p' },
  ]);
  expect(() => backendsOf('tempo', '404 page not found')).toThrow('404 page not found is no configuration');
});

test("a listing is newer than an earlier one by S3's clock alone, in the same second by the number of objects", () => {
  const at = (newest: string | undefined, atNewest: number) => ({ atNewest, ...(newest ? { newest } : {}) });
  const before = at('2026-11-25T12:00:00.000Z', 2);
  expect([
    written(before, before),
    written(before, at('2026-11-25T12:00:00.000Z', 3)),
    written(before, at('2026-11-25T12:00:01.000Z', 1)),
    written(at(undefined, 0), before),
    written(at(undefined, 0), at(undefined, 0)),
  ]).toEqual([false, true, true, true, false]);
  expect([metric('# TYPE a gauge\na{x="1"} 2\na{x="2"} 3.5e1\nab 7\n', 'a'), metric('b 1', 'a')]).toEqual([
    37,
    undefined,
  ]);
});
