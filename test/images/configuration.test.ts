import { at, configurationOf, expand, GIVEN, read, start, type Environment, type Store } from './configuration';
import { SCHEMAS } from './schema';

const STORES: Store[] = ['mimir', 'loki', 'tempo', 'pyroscope'];
const seconds = (value: unknown) => Number(/^(\d+)s$/.exec(String(value))![1]);
const old = [
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

describe.each(STORES)('%s', (store) => {
  test.each<[string, Environment]>([
    ['nothing but what a task definition gives', {}],
    [
      'another region, bucket, namespace, prefix and retention',
      {
        REGION: 'eu-west-1',
        S3_BUCKET: 'other',
        DOMAIN: 'obs.internal',
        S3_PREFIX: 'abc',
        RETENTION: '720h',
        LOG_LEVEL: 'debug',
      },
    ],
    ['compactor and ruler off', { COMPACTOR: 'off', RULER: 'off' }],
    ['no prefix at all', { S3_PREFIX: '' }],
  ])('has only options that it knows, with %s', (_, given) => {
    expect(SCHEMAS[store].safeParse(configurationOf(store, given)).error?.issues).toBeUndefined();
  });

  test('holds no key and asks for none', () => {
    expect(read(store, `${store}.yaml`)).not.toMatch(/^\s*(access_key|secret|access_key_id|secret_access_key)/m);
  });

  test('every variable without a default is one that the entrypoint or the task definition sets', () => {
    const { environment } = start(store, GIVEN);
    expect(() => expand(store, read(store, `${store}.yaml`), environment)).not.toThrow();
    expect(() => expand(store, 'a: ${NOT_THERE}', environment)).toThrow('${NOT_THERE}');
  });

  test.each(['REGION', 'S3_BUCKET', 'DOMAIN'])('refuses to start without %s and says where to set it', (name) => {
    const { status, said } = start(store, { ...GIVEN, [name]: '' });
    expect({ status, said }).toEqual({
      status: 64,
      said: `entrypoint: ${name} is not set; set it in the environment of the task definition`,
    });
  });

  test.each([
    ['COMPACTOR', 'no', 'on or off'],
    ['TASK_COUNT', 'three', 'number of tasks'],
    ['TASK_COUNT', '0', 'number of tasks'],
  ])('refuses %s=%s', (name, value, rule) => {
    const { status, said } = start(store, { ...GIVEN, [name]: value });
    expect({ status, said }).toEqual({
      status: 64,
      said: expect.stringContaining(`${name} is "${value}"; it must be`) as string,
    });
    expect(said).toContain(rule);
  });

  test('refuses to start where nobody tells it its address', () => {
    const { status, said } = start(store, { ...GIVEN, TASK_IP: '' });
    expect({ status, said }).toEqual({
      status: 64,
      said: expect.stringContaining('neither TASK_IP nor ECS_CONTAINER_METADATA_URI_V4 is set') as string,
    });
  });

  test('says that injected keys beat the task role', () => {
    expect(start(store, { ...GIVEN, AWS_ACCESS_KEY_ID: 'AKIA' }).said).toContain(
      'AWS_ACCESS_KEY_ID is set and is taken instead of the task role',
    );
    expect(start(store, GIVEN).said).toBe('');
  });

  test('calls no applet without its path: the images have no PATH to look in', () => {
    const scripts = read(store, 'entrypoint.sh') + read(store, 'switches.sh');
    expect(
      scripts.match(/(?<!\/busybox )(?<![\w"])\b(wget|sed|tr|sleep|cut|grep|awk|cat|env|head)\b (?=[-"'$\d])/g) ?? [],
    ).toEqual([]);
  });

  test('has the entrypoint of the others', () =>
    expect(read(store, 'entrypoint.sh')).toBe(read('mimir', 'entrypoint.sh')));

  test('ends within the 120 s of a stop', () => {
    const configuration = configurationOf(store);
    const delay = at(configuration, 'shutdown_delay') ?? '0s';
    expect(seconds(delay) + seconds(at(configuration, 'server.graceful_shutdown_timeout'))).toBeLessThanOrEqual(60);
  });

  test('a prefix that is empty stays empty', () => {
    const path = {
      mimir: 'blocks_storage.storage_prefix',
      loki: 'storage_config.object_prefix',
      tempo: 'storage.trace.s3.prefix',
      pyroscope: 'storage.prefix',
    }[store];
    expect(at(configurationOf(store, { S3_PREFIX: '' }), path)).toBe('');
    expect(at(configurationOf(store), path)).not.toBe('');
  });
});

describe.each(['mimir', 'loki', 'pyroscope'] as Store[])('the ring of %s', (store) => {
  test('advertises the address of the VPC everywhere and picks no interface', () => {
    const text = expand(store, read(store, `${store}.yaml`), start(store, GIVEN).environment);
    const addresses = [...text.matchAll(/^\s*(instance_addr|advertise_addr|address): ?(.*)$/gm)].map(
      ([, , value]) => value,
    );
    expect(new Set(addresses)).toEqual(new Set([GIVEN['TASK_IP']]));
    expect(at(configurationOf(store), 'memberlist.advertise_addr')).toBe(GIVEN['TASK_IP']);
  });

  test('finds its peers by the A records of its own name, again and again, under a label of its own', () => {
    expect(at(configurationOf(store, { DOMAIN: 'obs.internal' }), 'memberlist')).toMatchObject({
      join_members: [`dns+${store}.obs.internal:7946`],
      rejoin_interval: '30s',
      cluster_label: `lgtm-${store}`,
    });
  });
});

test.each([
  ['1', 1],
  ['2', 1],
  ['3', 3],
  ['6', 3],
])('%s tasks keep %s copies in Mimir and Loki', (count, copies) => {
  expect(at(configurationOf('mimir', { TASK_COUNT: count }), 'ingester.ring.replication_factor')).toBe(copies);
  expect(at(configurationOf('mimir', { TASK_COUNT: count }), 'store_gateway.sharding_ring.replication_factor')).toBe(
    copies,
  );
  expect(at(configurationOf('loki', { TASK_COUNT: count }), 'common.replication_factor')).toBe(copies);
});

test("without a word the plan document's counts hold: three copies in Mimir, one in Loki", () => {
  expect(at(configurationOf('mimir'), 'ingester.ring.replication_factor')).toBe(3);
  expect(at(configurationOf('loki'), 'common.replication_factor')).toBe(1);
});

describe('Mimir', () => {
  test('ships its blocks before it ends, and finds them at once', () => {
    const mimir = configurationOf('mimir');
    expect(at(mimir, 'blocks_storage.tsdb.flush_blocks_on_shutdown')).toBe(true);
    expect(at(mimir, 'ingester.ring.unregister_on_shutdown')).toBe(true);
    expect(at(mimir, 'blocks_storage.bucket_store.ignore_blocks_within')).toBe('0s');
    expect(at(mimir, 'querier.query_store_after')).toBe('0s');
  });
  test('is in classic mode', () => expect(at(configurationOf('mimir'), 'ingest_storage')).toBeUndefined());
  test('keeps blocks and rules under prefixes that differ', () => {
    expect([
      at(configurationOf('mimir'), 'blocks_storage.storage_prefix'),
      at(configurationOf('mimir'), 'ruler_storage.storage_prefix'),
    ]).toEqual(['mimirblocks', 'mimirruler']);
  });
  test.each([
    ['on', 'on', 'all'],
    ['off', 'on', 'distributor,ingester,querier,query-frontend,query-scheduler,store-gateway,ruler'],
    ['on', 'off', 'distributor,ingester,querier,query-frontend,query-scheduler,store-gateway,compactor'],
    ['off', 'off', 'distributor,ingester,querier,query-frontend,query-scheduler,store-gateway'],
  ])('with the compactor %s and the ruler %s runs %s', (compactor, ruler, target) => {
    expect(at(configurationOf('mimir', { COMPACTOR: compactor, RULER: ruler }), 'target')).toBe(target);
  });
});

describe('Loki', () => {
  test('writes its log and its chunks before it ends', () =>
    expect(at(configurationOf('loki'), 'ingester.wal')).toMatchObject({ enabled: true, flush_on_shutdown: true }));
  test('forgets a task that was killed', () =>
    expect(at(configurationOf('loki'), 'ingester.autoforget_unhealthy')).toBe(true));
  test('stays whole when the compactor is off: it only waits for ten years, and deletes nothing', () => {
    const loki = configurationOf('loki', { COMPACTOR: 'off', RETENTION: '720h' });
    expect([
      at(loki, 'target'),
      at(loki, 'compactor.compaction_interval'),
      at(loki, 'compactor.retention_enabled'),
    ]).toEqual(['all', '87600h', false]);
  });
  test('deletes what is older than the retention, where there is one', () => {
    expect(at(configurationOf('loki', { RETENTION: '720h' }), 'compactor.retention_enabled')).toBe(true);
    expect(at(configurationOf('loki'), 'compactor.retention_enabled')).toBe(false);
  });
  test("evaluates nobody's rules when the ruler is off", () => {
    expect(at(configurationOf('loki', { RULER: 'off' }), 'ruler.enabled_tenants')).toBe('ruler-is-off');
    expect(at(configurationOf('loki'), 'ruler.enabled_tenants')).toBe('');
  });
  test('keeps the periods that an old stack has written', () => {
    expect(at(configurationOf('loki', { LOKI_SCHEMA: JSON.stringify(old) }), 'schema_config.configs')).toEqual(old);
    expect(SCHEMAS.loki.safeParse(configurationOf('loki', { LOKI_SCHEMA: JSON.stringify(old) })).success).toBe(true);
  });
});

describe('Tempo', () => {
  test('uploads when it ends and looks into S3 for the newest traces too', () => {
    const tempo = configurationOf('tempo');
    expect([
      at(tempo, 'ingester.flush_all_on_shutdown'),
      at(tempo, 'query_frontend.search.query_backend_after'),
    ]).toEqual([true, '0s']);
  });
  test('is 2.x: 3.x never uploads what it holds when it stops', () =>
    expect(read('tempo', 'Dockerfile')).toMatch(/^ARG VERSION=2\./m));
  test('leaves compaction to another stack when the compactor is off', () => {
    expect(at(configurationOf('tempo', { COMPACTOR: 'off' }), 'compactor.disabled')).toBe(true);
    expect(at(configurationOf('tempo'), 'compactor.disabled')).toBe(false);
  });
  test('refuses to be two', () =>
    expect(start('tempo', { ...GIVEN, TASK_COUNT: '2' })).toMatchObject({
      status: 64,
      said: expect.stringContaining('TASK_COUNT is 2') as string,
    }));
});

describe('Pyroscope', () => {
  test('finds what a task before it has shipped', () => {
    const pyroscope = configurationOf('pyroscope');
    expect([
      at(pyroscope, 'querier.query_store_after'),
      at(pyroscope, 'store_gateway.bucket_store.ignore_blocks_within'),
    ]).toEqual(['0s', '0s']);
  });
  test('runs all but the compactor when that is off', () => {
    expect(at(configurationOf('pyroscope', { COMPACTOR: 'off' }), 'target')).not.toContain('compactor');
    expect(at(configurationOf('pyroscope'), 'target')).toBe('all');
  });
});

test.each(['mimir', 'tempo', 'pyroscope'] as Store[])("%s speaks to the S3 of the plan's region", (store) => {
  const path = { mimir: 'common.storage.s3', tempo: 'storage.trace.s3', pyroscope: 'storage.s3', loki: '' }[store];
  expect(at(configurationOf(store, { REGION: 'eu-west-1' }), path)).toMatchObject({
    region: 'eu-west-1',
    endpoint: 's3.eu-west-1.amazonaws.com',
  });
});
