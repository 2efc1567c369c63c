import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolver, type Resolver } from './resolver';
import { asMimirWrites, ring, type Member, type Ring } from './ring';

const FOLDER = join(__dirname, '../../dockerfiles/mimir');
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const LIMIT_MS = 20_000;
const OWN = '10.0.1.5';

interface Keeper {
  /** Lines that it said so far, but the first. */
  events: Record<string, string>[];
  errors: string;
  process: ChildProcess;
}

const folder = mkdtempSync(join(tmpdir(), 'lgtm-keeper-'));
const keepers: Keeper[] = [];
let mimir: Ring;
let dns: Resolver;

/** A member of the ring at 10.0.1.`host`, named as Fargate names its tasks. */
const member = (host: number, state: Member['state'] = 'ACTIVE', more: Partial<Member> = {}): Member => ({
  id: `ip-10-0-1-${host}.ap-northeast-2.compute.internal`,
  state,
  address: `10.0.1.${host}:9095`,
  timestamp: '2026-11-24T09:58:00Z',
  ...more,
});
const hosts = (...last: number[]) => last.map((host) => `10.0.1.${host}`);
const THREE = () => [member(5), member(6), member(7)];
const KILLED = member(9, 'UNHEALTHY');

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const began = Date.now(); ;) {
    const seen = look();
    if (seen) return seen;
    if (Date.now() - began > LIMIT_MS)
      throw new Error(
        `${what} did not come within ${LIMIT_MS} ms; said: ${JSON.stringify(keepers.map(({ events, errors }) => ({ events: events.slice(0, 5), errors: errors.slice(0, 500) })))}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * The keeper as its container starts it: the image's shell, behind the image's entrypoint. What the image has at
 * /busybox is the machine's here, with a resolver of ours, and Mimir's port another one.
 */
function keeper(given: Record<string, string> = {}): Keeper {
  const busybox = join(folder, `busybox-${dns.port}`);
  writeFileSync(
    busybox,
    `#!${BUSYBOX} sh\nlast=\n[ "$1" != nslookup ] || last=127.0.0.1:${dns.port}\nexec ${BUSYBOX} "$@" $last\n`,
    { mode: 0o755 },
  );
  const script = (name: string) => {
    const path = join(folder, `${mimir.port}-${name}`);
    writeFileSync(
      path,
      readFileSync(join(FOLDER, name), 'utf8')
        .replaceAll('/busybox ', `${busybox} `)
        .replace('. /switches.sh', `. ${join(FOLDER, 'switches.sh')}`)
        .replace('http://127.0.0.1:9009/', `http://127.0.0.1:${mimir.port}/`),
    );
    return path;
  };
  const started = spawn(BUSYBOX!, ['sh', script('entrypoint.sh'), BUSYBOX!, 'sh', script('ring-keeper.sh')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      REGION: 'ap-northeast-2',
      S3_BUCKET: 'sys-lgtm-s3',
      DOMAIN: 'lgtm.local',
      TASK_COUNT: '3',
      TASK_IP: OWN,
      KEEPER_INTERVAL: '0.05',
      http_proxy: 'http://127.0.0.1:9',
      ...given,
    },
  });
  const kept: Keeper = {
    events: [],
    errors: '',
    process: started,
  };
  let said = '';
  started.stdout.on('data', (part: Buffer) => {
    said += String(part);
    const lines = said.split('\n');
    said = lines.pop()!;
    kept.events.push(
      ...lines.map((line) => JSON.parse(line) as Record<string, string>).filter(({ event }) => event !== 'started'),
    );
  });
  started.stderr.on('data', (part: Buffer) => {
    kept.errors += String(part);
  });
  keepers.push(kept);
  return kept;
}

/** Waits until `looks` more looks are over: the next one has begun. */
async function looks(more: number): Promise<void> {
  const from = mimir.looks;
  await until(`${more} looks`, () => mimir.looks > from + more);
}

const said = (kept: Keeper, event: string) => until(event, () => kept.events.find((line) => line['event'] === event));

/** With what code it ended; 'killed' without a code. */
const ended = ({ process: { exitCode, signalCode } }: Keeper) =>
  exitCode === null && signalCode === null ? undefined : { code: exitCode ?? 'killed' };
const end = (kept: Keeper) => until('its end', () => ended(kept));

/** What it must say, and that it forgets nobody meanwhile. */
async function forgetsNobody(event: string, text: string): Promise<void> {
  const { reason } = await said(keeper(), event);
  await looks(3);
  expect({
    reason,
    forgotten: mimir.forgotten,
  }).toEqual({
    reason: expect.stringContaining(text) as string,
    forgotten: [],
  });
}

beforeEach(async () => {
  mimir = await ring([...THREE(), KILLED]);
  dns = await resolver(hosts(5, 6, 7));
});
afterEach(async () => {
  // with all it started: a sleep or a wget outlives the shell that SIGTERM ends
  for (const {
    process: { pid },
  } of keepers.splice(0)) {
    try {
      process.kill(-pid!, 'SIGKILL');
    } catch {
      // the last of them has ended
    }
  }
  await Promise.all([mimir.close(), dns.close()]);
});
afterAll(() =>
  rmSync(folder, {
    recursive: true,
    force: true,
  }),
);

const [suite, name] = BUSYBOX
  ? ([describe, 'the ring keeper, under busybox sh'] as const)
  : ([describe.skip, 'the ring keeper; skipped: no busybox (Debian: apt-get install busybox-static)'] as const);

suite(name, () => {
  describe('forgets', () => {
    test('a killed task at the second look, and nobody else', async () => {
      const kept = keeper();
      await said(kept, 'forgotten');
      await looks(3);
      expect(mimir.forgotten).toEqual([{ id: KILLED.id, look: 2 }]);
      expect(mimir.members).toEqual(THREE());
      expect(kept.events).toEqual([
        {
          component: 'ring-keeper',
          event: 'suspected',
          id: KILLED.id,
          address: '10.0.1.9',
          heartbeat: KILLED.timestamp,
        },
        {
          component: 'ring-keeper',
          event: 'forgotten',
          id: KILLED.id,
          address: '10.0.1.9',
        },
      ]);
      expect(new Set(dns.asked)).toEqual(new Set(['mimir.lgtm.local']));
    });

    test('not before as many looks as it is told', async () => {
      await said(keeper({ KEEPER_LOOKS: '4' }), 'forgotten');
      expect(mimir.forgotten).toEqual([{ id: KILLED.id, look: 4 }]);
    });

    test('every killed task of a large ring', async () => {
      mimir.members = [...THREE(), ...Array.from({ length: 30 }, (_, host) => member(100 + host, 'UNHEALTHY'))];
      keeper();
      await until('a ring of three', () => mimir.members.length === 3);
      expect(mimir.members).toEqual(THREE());
    });

    test('the one of seven tasks', async () => {
      dns.says = hosts(5, 6, 7, 8, 10, 11, 12);
      await said(keeper(), 'forgotten');
      expect(mimir.members).toEqual(THREE());
    });

    test.each<[string, (members: Member[]) => string]>([
      [
        'keys in another order',
        (members) =>
          JSON.stringify({
            now: 'x',
            shards: members.map(({ id, state, address, timestamp }) => ({
              zone: 'a',
              timestamp,
              tokens: [],
              address,
              state,
              id,
            })),
          }),
      ],
      [
        'white space and line breaks',
        (members) => JSON.stringify({ shards: members, now: 'x' }, undefined, 2).replaceAll('": ', '"\r\n :\t'),
      ],
      [
        'keys that it does not know',
        (members) =>
          JSON.stringify({
            version: {
              shards: [
                {
                  id: 'ip-10-0-1-66',
                  state: 'UNHEALTHY',
                  address: '10.0.1.66:9095',
                },
              ],
            },
            shards: members.map((entry) => ({
              versions: {
                id: 'x',
                state: 'ACTIVE',
                address: '10.0.1.5:1',
              },
              ...entry,
              note: '"}]{[,: \\',
              more: [{ id: 'y', state: 'ACTIVE' }, null, -1.5e3],
            })),
            other: [
              {
                id: 'ip-10-0-1-67',
                state: 'UNHEALTHY',
                address: '10.0.1.67:9095',
              },
            ],
          }),
      ],
    ])('whatever the page looks like: %s', async (_, page) => {
      mimir.page = page;
      JSON.parse(page(mimir.members));
      await said(keeper(), 'forgotten');
      await looks(2);
      expect(mimir.forgotten).toEqual([{ id: KILLED.id, look: 2 }]);
    });

    test('one that another keeper forgot meanwhile, without harm', async () => {
      mimir.forget = (id) => {
        mimir.members = THREE();
        return {
          status: 500,
          body: `error forgetting instance '${id}': no change detected`,
        };
      };
      const kept = keeper();
      await said(kept, 'forgotten');
      await looks(2);
      expect(kept.events.map(({ event }) => event)).toEqual(['suspected', 'forgotten']);
    });

    test('with two keepers at once what one of them would', async () => {
      const kept = [keeper(), keeper({ TASK_IP: '10.0.1.6' })];
      await until('a ring of three', () => mimir.members.length === 3);
      await looks(4);
      expect(mimir.members).toEqual(THREE());
      expect(kept.flatMap(({ events }) => events.map(({ event }) => event))).not.toContain('failed');
    });

    test('again, and says so, where the ring keeps a member that it was asked to forget', async () => {
      mimir.forget = () => ({ status: 302 });
      const kept = keeper();
      expect(await said(kept, 'failed')).toMatchObject({
        id: KILLED.id,
        reason: expect.stringContaining('the ring still has it') as string,
      });
      await until('another try', () => mimir.forgotten.length > 1);
      expect(kept.events.map(({ event }) => event)).not.toContain('forgotten');
    });
  });

  describe('keeps', () => {
    test('an UNHEALTHY member whose address is still named', () => {
      dns.says = hosts(5, 6, 7, 9);
      return forgetsNobody('kept', 'mimir.lgtm.local still names its address');
    });

    test.each<Member['state']>(['ACTIVE', 'LEAVING', 'PENDING', 'JOINING'])(
      'a member in state %s, named or not',
      async (state) => {
        mimir.members = [...THREE(), member(9, state), member(10, 'UNHEALTHY', { id: 'mark' })];
        await said(keeper(), 'forgotten');
        await looks(3);
        expect(mimir.forgotten).toEqual([{ id: 'mark', look: 2 }]);
      },
    );

    test('a member whose heartbeat moved between two looks', async () => {
      mimir.before = (look) => {
        mimir.members = [
          ...THREE(),
          {
            ...KILLED,
            timestamp: `2026-11-24T09:58:${10 + look}Z`,
          },
        ];
      };
      const kept = keeper();
      await until('suspicion at every look', () => kept.events.length > 3);
      expect(mimir.forgotten).toEqual([]);
    });

    test('a member that was gone in two looks, but not in a row', async () => {
      mimir.before = (look) => {
        dns.says = look % 2 === 0 ? 2 : hosts(5, 6, 7);
      };
      const kept = keeper();
      await until('three suspicions', () => kept.events.filter(({ event }) => event === 'suspected').length > 2);
      expect(mimir.forgotten).toEqual([]);
    });

    test.each([
      ['id', { id: 'a b"c' }, 'its id is none that a task has'],
      ['address', { address: 'mimir-3:9095' }, 'it has no IPv4 address'],
      ['address at all', { address: '' }, 'it has no IPv4 address'],
    ])('a member with a strange %s', (_, strange, reason) => {
      mimir.members = [...THREE(), { ...KILLED, ...strange }];
      return forgetsNobody('kept', reason);
    });

    test('everybody while fewer than a quorum runs, and forgets once enough do', async () => {
      mimir.members = [member(5), member(6, 'JOINING'), member(8), KILLED];
      const kept = keeper();
      expect((await said(kept, 'waiting'))['reason']).toBe(
        '1 of the tasks that mimir.lgtm.local names are ACTIVE, fewer than the quorum of 2',
      );
      await looks(2);
      expect(mimir.forgotten).toEqual([]);
      mimir.members = [member(5), member(6), member(8), KILLED];
      await said(kept, 'forgotten');
      expect(mimir.members).toEqual([member(5), member(6), member(8)]);
    });
  });

  describe('does nothing and says so', () => {
    test('where the name does not name its own task', () => {
      dns.says = hosts(6, 7);
      return forgetsNobody('blind', 'mimir.lgtm.local does not name this task, 10.0.1.5');
    });

    test.each<[string, Resolver['says'], string]>([
      ['no such name', 3, 'does not resolve'],
      ['a failure', 2, 'does not resolve'],
      ['no address', [], 'does not name this task'],
    ])('where the resolver answers %s', (_, says, reason) => {
      dns.says = says;
      return forgetsNobody('blind', reason);
    });

    test('where the answer holds eight addresses and may not hold all', () => {
      dns.says = hosts(5, 6, 7, 8, 10, 11, 12, 13);
      return forgetsNobody('blind', 'names 8 tasks, as many as an answer holds');
    });

    const whole = asMimirWrites([...THREE(), KILLED]).trim();
    test.each<[string, string]>([
      ['nothing', ''],
      ['a page in HTML', '<!DOCTYPE html><html><body>Ring Status</body></html>'],
      ['an end too early', whole.slice(0, -40)],
      ['an end within a member', whole.slice(0, whole.lastIndexOf('"zone"'))],
      ['a list without commas', whole.replaceAll('},{', '}{')],
      ['a key without a value', whole.replace('"zone":""', '"zone"')],
      ['a word that is no value', whole.replace('false', 'no')],
      ['an open quote', whole.replace('"now"', '"now')],
      ['brackets that do not match', whole.replace(/\]\}\],/, ']]},')],
      ['more than one value', `${whole}${whole}`],
      ['no shards', '{"now":"2026-11-24T10:00:00Z"}'],
      ['shards that are no list', whole.replace('"shards":[', '"shards":{"a":[').replace('],"now"', ']},"now"')],
      ['a list in place of the page', `[${whole}]`],
    ])('where the ring answers with %s', (_, page) => {
      mimir.page = () => page;
      return forgetsNobody('blind', 'gave no ring');
    });
  });

  test('is silent about a ring without members', async () => {
    mimir.members = [];
    const kept = keeper();
    await looks(2);
    expect(kept.events).toEqual([]);
  });

  describe('ends at once on SIGTERM', () => {
    test('between two looks', async () => {
      const kept = keeper({ KEEPER_INTERVAL: '3600' });
      await said(kept, 'suspected');
      kept.process.kill('SIGTERM');
      expect(await end(kept)).toEqual({ code: 0 });
    });

    test('while it waits for an answer', async () => {
      mimir.answers = false;
      const kept = keeper();
      await until('a look', () => mimir.looks > 0);
      kept.process.kill('SIGTERM');
      expect(await end(kept)).toEqual({ code: 0 });
      expect(mimir.givenUp).toBe(0);
    });
  });

  test.each([
    ['KEEPER_INTERVAL', 'often'],
    ['KEEPER_INTERVAL', '0'],
    ['KEEPER_INTERVAL', '1.2.3'],
    ['KEEPER_LOOKS', '0'],
    ['KEEPER_LOOKS', 'two'],
  ])('refuses %s=%s', async (variable, value) => {
    const kept = keeper({ [variable]: value });
    expect(await end(kept)).toEqual({ code: 64 });
    await until('the reason', () => kept.errors.includes(`${variable} is "${value}"; it must be`));
  });

  test.each(['DOMAIN', 'TASK_IP', 'REPLICATION_FACTOR'])('refuses to start without %s', (variable) => {
    const env = {
      DOMAIN: 'lgtm.local',
      TASK_IP: OWN,
      REPLICATION_FACTOR: '3',
      [variable]: '',
    };
    const { status, stderr } = spawnSync(BUSYBOX!, ['sh', join(FOLDER, 'ring-keeper.sh')], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 64,
      stderr: `ring-keeper: ${variable} is not set; start this script behind /entrypoint.sh\n`,
    });
  });
});

test('the script calls no applet without its path: the image has no PATH to look in', () => {
  const script = readFileSync(join(FOLDER, 'ring-keeper.sh'), 'utf8').replaceAll(/^#.*$/gm, '');
  expect(
    script.match(
      /(?<!\/busybox )\b(wget|nslookup|grep|awk|sed|tr|sleep|cut|cat|head|tail|sort|env|expr|date)\b (?=[-"'$\d])/g,
    ) ?? [],
  ).toEqual([]);
  expect(script.match(/\/busybox \w+/g)).toContain('/busybox sleep');
});

test('the image holds the script', () =>
  expect(readFileSync(join(FOLDER, 'Dockerfile'), 'utf8')).toMatch(/^COPY (\S+ )*ring-keeper\.sh( \S+)* \/$/m));
