import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUSYBOX, FOLDER, OWN, testKeeper } from './keeper';

/** EX_USAGE of sysexits.h */
const USAGE = 64;
const SCRIPT = join(FOLDER, 'ring-keeper.sh');

testKeeper('it is silent about a ring without members', async (rig) => {
  rig.mimir.members = [];
  const keeper = rig.startKeeper();
  await rig.untilLooked(2);
  expect(keeper.events).toEqual([]);
});

testKeeper('it ends at once on SIGTERM between two looks', async (rig) => {
  const keeper = rig.startKeeper({ KEEPER_INTERVAL: '3600' });
  await rig.untilSaid(keeper, 'suspected');
  keeper.process.kill('SIGTERM');
  expect(await rig.untilEnded(keeper)).toEqual({ code: 0 });
});

testKeeper('it ends at once on SIGTERM while it waits for an answer', async (rig) => {
  rig.mimir.answers = false;
  const keeper = rig.startKeeper();
  await rig.until('a look', () => rig.mimir.looks > 0);
  keeper.process.kill('SIGTERM');
  expect(await rig.untilEnded(keeper)).toEqual({ code: 0 });
  expect(rig.mimir.givenUp).toBe(0);
});

const WRONG = [
  ['KEEPER_INTERVAL', 'often'],
  ['KEEPER_INTERVAL', '0'],
  ['KEEPER_INTERVAL', '1.2.3'],
  ['KEEPER_LOOKS', '0'],
  ['KEEPER_LOOKS', 'two'],
] as const;

for (const [variable, value] of WRONG) {
  testKeeper(`it refuses ${variable}=${value}`, async (rig) => {
    const keeper = rig.startKeeper({ [variable]: value });
    expect(await rig.untilEnded(keeper)).toEqual({ code: USAGE });
    await rig.until('the reason', () => keeper.errors.includes(`${variable} is "${value}"; it must be`));
  });
}

const NEEDED = {
  DOMAIN: 'lgtm.local',
  TASK_IP: OWN,
  REPLICATION_FACTOR: '3',
};

for (const variable of Object.keys(NEEDED)) {
  testKeeper(`it refuses to start without ${variable}`, async () => {
    const env = { ...NEEDED, [variable]: '' };
    const { status, stderr } = spawnSync(BUSYBOX!, ['sh', SCRIPT], { env, encoding: 'utf8' });
    expect(status).toBe(USAGE);
    expect(stderr).toBe(`ring-keeper: ${variable} is not set; start this script behind /entrypoint.sh\n`);
  });
}

/** Programs of the image that lie in busybox, called without its path. */
const BARE =
  /(?<!\/busybox )\b(wget|nslookup|grep|awk|sed|tr|sleep|cut|cat|head|tail|sort|env|expr|date)\b (?=[-"'$\d])/g;

test('the script calls no applet without its path: the image has no PATH to look in', () => {
  const text = readFileSync(SCRIPT, 'utf8');
  const script = text.replaceAll(/^#.*$/gm, '');
  expect(script.match(BARE) ?? []).toEqual([]);
  expect(script.match(/\/busybox \w+/g)).toContain('/busybox sleep');
});

test('the image holds the script', () => {
  const dockerfile = readFileSync(join(FOLDER, 'Dockerfile'), 'utf8');
  expect(dockerfile).toMatch(/^COPY (\S+ )*ring-keeper\.sh( \S+)* \/$/m);
});
