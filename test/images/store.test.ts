import { expectSettings, read, settingOf, startWith } from './configuration';
import { issuesOf } from './schema';

/** The schema of an old Loki. */
const OLD_PERIODS = [
  {
    from: '2022-06-01',
    store: 'boltdb-shipper',
    object_store: 's3',
    schema: 'v12',
    index: { prefix: 'index_', period: '24h' },
  },
  {
    from: '2024-04-01',
    store: 'tsdb',
    object_store: 's3',
    schema: 'v13',
    index: { prefix: 'loki_index_', period: '24h' },
  },
];

describe('Mimir', () => {
  const always = 'distributor,ingester,querier,query-frontend,query-scheduler,store-gateway';

  test('ships its blocks before it ends, and finds them at once', () => {
    expectSettings('mimir', {
      'blocks_storage.tsdb.flush_blocks_on_shutdown': true,
      'ingester.ring.unregister_on_shutdown': true,
      'blocks_storage.bucket_store.ignore_blocks_within': '0s',
      'querier.query_store_after': '0s',
    });
  });

  test('is in classic mode', () => {
    expect(settingOf('mimir', 'ingest_storage')).toBeUndefined();
  });

  test('keeps blocks and rules under prefixes that differ', () => {
    expectSettings('mimir', {
      'blocks_storage.storage_prefix': 'mimirblocks',
      'ruler_storage.storage_prefix': 'mimirruler',
    });
  });

  test.each([
    ['on', 'on', 'all'],
    ['off', 'on', `${always},ruler`],
    ['on', 'off', `${always},compactor`],
    ['off', 'off', always],
  ])('with the compactor %s and the ruler %s runs %s', (compactor, ruler, target) => {
    const given = { COMPACTOR: compactor, RULER: ruler };
    expectSettings('mimir', { target }, given);
  });
});

describe('Loki', () => {
  const retains = 'compactor.retention_enabled';

  test('writes its log and its chunks before it ends', () => {
    const log = settingOf('loki', 'ingester.wal');
    expect(log).toMatchObject({ enabled: true, flush_on_shutdown: true });
  });

  test('forgets a task that was killed', () => {
    expectSettings('loki', { 'ingester.autoforget_unhealthy': true });
  });

  test('stays whole when the compactor is off: it only waits for ten years, and deletes nothing', () => {
    const given = { COMPACTOR: 'off', RETENTION: '720h' };
    expectSettings(
      'loki',
      {
        target: 'all',
        'compactor.compaction_interval': '87600h',
        [retains]: false,
      },
      given,
    );
  });

  test('deletes what is older than the retention, where there is one', () => {
    expectSettings('loki', { [retains]: true }, { RETENTION: '720h' });
    expectSettings('loki', { [retains]: false });
  });

  test("evaluates nobody's rules when the ruler is off", () => {
    expectSettings('loki', { 'ruler.enabled_tenants': 'ruler-is-off' }, { RULER: 'off' });
    expectSettings('loki', { 'ruler.enabled_tenants': '' });
  });

  test('keeps the periods that an old stack has written', () => {
    const given = { LOKI_SCHEMA: JSON.stringify(OLD_PERIODS) };
    expectSettings('loki', { 'schema_config.configs': OLD_PERIODS }, given);
    expect(issuesOf('loki', given)).toBeUndefined();
  });
});

describe('Tempo', () => {
  test('uploads when it ends and looks into S3 for the newest traces too', () => {
    expectSettings('tempo', {
      'ingester.flush_all_on_shutdown': true,
      'query_frontend.search.query_backend_after': '0s',
    });
  });

  test('is 2.x: 3.x never uploads what it holds when it stops', () => {
    expect(read('tempo', 'Dockerfile')).toMatch(/^ARG VERSION=2\./m);
  });

  test('leaves compaction to another stack when the compactor is off', () => {
    expectSettings('tempo', { 'compactor.disabled': true }, { COMPACTOR: 'off' });
    expectSettings('tempo', { 'compactor.disabled': false });
  });

  test('refuses to be two', () => {
    const { status, said } = startWith('tempo', { TASK_COUNT: '2' });
    expect(status).toBe(64);
    expect(said).toContain('TASK_COUNT is 2');
  });
});

describe('Pyroscope', () => {
  test('finds what a task before it has shipped', () => {
    expectSettings('pyroscope', {
      'querier.query_store_after': '0s',
      'store_gateway.bucket_store.ignore_blocks_within': '0s',
    });
  });

  test('runs all but the compactor when that is off', () => {
    expect(settingOf('pyroscope', 'target', { COMPACTOR: 'off' })).not.toContain('compactor');
    expectSettings('pyroscope', { target: 'all' });
  });
});
