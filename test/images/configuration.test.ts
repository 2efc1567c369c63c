import { expand, expectSettings, GIVEN, read, settingOf, start, startWith } from './configuration';
import type { Environment, Store } from './configuration';
import { issuesOf } from './schema';

const STORES: Store[] = ['mimir', 'loki', 'tempo', 'pyroscope'];

/** Environments that every store has to understand, each by what it has. */
const ENVIRONMENTS: Record<string, Environment> = {
  'nothing but what a task definition gives': {},
  'another region, bucket, namespace, prefix and retention': {
    REGION: 'eu-west-1',
    S3_BUCKET: 'other',
    DOMAIN: 'obs.internal',
    S3_PREFIX: 'abc',
    RETENTION: '720h',
    LOG_LEVEL: 'debug',
  },
  'compactor and ruler off': { COMPACTOR: 'off', RULER: 'off' },
  'no prefix at all': { S3_PREFIX: '' },
};

/** Where each store has the prefix of its objects. */
const PREFIXES: Record<Store, string> = {
  mimir: 'blocks_storage.storage_prefix',
  loki: 'storage_config.object_prefix',
  tempo: 'storage.trace.s3.prefix',
  pyroscope: 'storage.prefix',
};

/** An applet that is called as if there were a PATH. */
const BARE_APPLET = /(?<!\/busybox )(?<![\w"])\b(wget|sed|tr|sleep|cut|grep|awk|cat|env|head)\b (?=[-"'$\d])/g;

function parseSeconds(duration: unknown): number {
  const [, seconds] = /^(\d+)s$/.exec(String(duration))!;
  return Number(seconds);
}

describe.each(STORES)('%s', (store) => {
  const file = `${store}.yaml`;

  test.each(Object.entries(ENVIRONMENTS))('has only options that it knows, with %s', (_, given) => {
    expect(issuesOf(store, given)).toBeUndefined();
  });

  test('holds no key and asks for none', () => {
    const keys = /^\s*(access_key|secret|access_key_id|secret_access_key)/m;
    expect(read(store, file)).not.toMatch(keys);
  });

  test('every variable without a default is one that the entrypoint or the task definition sets', () => {
    const { environment } = start(store, GIVEN);
    expect(() => expand(store, read(store, file), environment)).not.toThrow();
    expect(() => expand(store, 'a: ${NOT_THERE}', environment)).toThrow('${NOT_THERE}');
  });

  test.each(['REGION', 'S3_BUCKET', 'DOMAIN'])('refuses to start without %s and says where to set it', (name) => {
    const { status, said } = startWith(store, { [name]: '' });
    expect(status).toBe(64);
    expect(said).toBe(`entrypoint: ${name} is not set; set it in the environment of the task definition`);
  });

  test.each([
    ['COMPACTOR', 'no', 'on or off'],
    ['TASK_COUNT', 'three', 'number of tasks'],
    ['TASK_COUNT', '0', 'number of tasks'],
  ])('refuses %s=%s', (name, value, rule) => {
    const { status, said } = startWith(store, { [name]: value });
    expect(status).toBe(64);
    expect(said).toContain(`${name} is "${value}"; it must be`);
    expect(said).toContain(rule);
  });

  test('refuses to start where nobody tells it its address', () => {
    const { status, said } = startWith(store, { TASK_IP: '' });
    expect(status).toBe(64);
    expect(said).toContain('neither TASK_IP nor ECS_CONTAINER_METADATA_URI_V4 is set');
  });

  test('says that injected keys beat the task role', () => {
    const { said } = startWith(store, { AWS_ACCESS_KEY_ID: 'AKIA' });
    expect(said).toContain('AWS_ACCESS_KEY_ID is set and is taken instead of the task role');
    expect(start(store, GIVEN).said).toBe('');
  });

  test('calls no applet without its path: the images have no PATH to look in', () => {
    const scripts = read(store, 'entrypoint.sh') + read(store, 'switches.sh');
    expect(scripts).not.toMatch(BARE_APPLET);
  });

  test('has the entrypoint of the others', () => {
    const entrypoint = read(store, 'entrypoint.sh');
    expect(entrypoint).toBe(read('mimir', 'entrypoint.sh'));
  });

  test('ends within the 120 s of a stop', () => {
    const delay = settingOf(store, 'shutdown_delay') ?? '0s';
    const timeout = settingOf(store, 'server.graceful_shutdown_timeout');
    expect(parseSeconds(delay) + parseSeconds(timeout)).toBeLessThanOrEqual(60);
  });

  test('a prefix that is empty stays empty', () => {
    const path = PREFIXES[store];
    expectSettings(store, { [path]: '' }, { S3_PREFIX: '' });
    expect(settingOf(store, path)).not.toBe('');
  });
});

describe.each(['mimir', 'loki', 'pyroscope'] as Store[])('the ring of %s', (store) => {
  const ownAddress = GIVEN['TASK_IP'];

  test('advertises the address of the VPC everywhere and picks no interface', () => {
    const { environment } = start(store, GIVEN);
    const text = expand(store, read(store, `${store}.yaml`), environment);
    const lines = text.matchAll(/^\s*(?:instance_addr|advertise_addr|address): ?(.*)$/gm);
    const addresses = new Set([...lines].map(([, value]) => value));
    expect(addresses).toEqual(new Set([ownAddress]));
    expectSettings(store, { 'memberlist.advertise_addr': ownAddress });
  });

  test('finds its peers by the A records of its own name, again and again, under a label of its own', () => {
    const memberlist = settingOf(store, 'memberlist', { DOMAIN: 'obs.internal' });
    expect(memberlist).toMatchObject({
      join_members: [`dns+${store}.obs.internal:7946`],
      rejoin_interval: '30s',
      cluster_label: `lgtm-${store}`,
    });
  });
});

describe('copies', () => {
  const ingester = 'ingester.ring.replication_factor';
  const storeGateway = 'store_gateway.sharding_ring.replication_factor';
  const loki = 'common.replication_factor';

  test.each([
    ['1', 1],
    ['2', 1],
    ['3', 3],
    ['6', 3],
  ])('%s tasks keep %s of them in Mimir and Loki', (count, copies) => {
    const given = { TASK_COUNT: count };
    expectSettings(
      'mimir',
      {
        [ingester]: copies,
        [storeGateway]: copies,
      },
      given,
    );
    expectSettings('loki', { [loki]: copies }, given);
  });

  test("without a word the plan document's counts hold: three in Mimir, one in Loki", () => {
    expectSettings('mimir', { [ingester]: 3 });
    expectSettings('loki', { [loki]: 1 });
  });
});

test.each<[Store, string]>([
  ['mimir', 'common.storage.s3'],
  ['tempo', 'storage.trace.s3'],
  ['pyroscope', 'storage.s3'],
])("%s speaks to the S3 of the plan's region", (store, path) => {
  expect(settingOf(store, path, { REGION: 'eu-west-1' })).toMatchObject({
    region: 'eu-west-1',
    endpoint: 's3.eu-west-1.amazonaws.com',
  });
});
