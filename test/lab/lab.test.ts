import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isListening } from '../../lab/ports';
import { until } from '../../lab/until';

const ROOT = join(__dirname, '../..');

interface Ready {
  temporal: string;
  ui: string;
  aws: string;
  plan: string;
  taskQueue: string;
  pid: number;
}

/** A lab as a shell starts it in the background: a process group of its own, nothing on stdin. */
function lab(...args: string[]): {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn('npm', ['run', '--silent', 'lab', '--', ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
    },
  });
  let [out, err] = ['', ''];
  child.stdout!.on('data', (chunk) => (out += String(chunk)));
  child.stderr!.on('data', (chunk) => (err += String(chunk)));
  return {
    child,
    out: () => out,
    err: () => err,
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}

const ready = (of: ReturnType<typeof lab>) =>
  until('a lab that is ready', () => of.out().includes('\n') && (JSON.parse(of.out()) as Ready), {
    progress: () => of.err(),
  });

/** Every process below one, from /proc. */
function below(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ');
        return [[Number(name), Number(parent)] as const];
      } catch {
        return [];
      }
    });
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return [...children, ...children.flatMap(below)];
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Whether somebody answers at HOST:PORT of 127.0.0.1. */
const answers = (address: string) => isListening(Number(address.split(':').at(-1)));

test('labs run side by side, say where they are in a line of JSON, and end whole by SIGTERM', async () => {
  const [first, second] = [lab(), lab('--world', 'adopted', '--record', 'a')];
  try {
    const [one, two] = await Promise.all([ready(first), ready(second)]);
    expect(Object.keys(one)).toEqual(['temporal', 'ui', 'aws', 'dns', 'plan', 'taskQueue', 'pid']);
    expect(first.out().split('\n')).toHaveLength(2);
    expect(one).toMatchObject({
      taskQueue: 'lgtm-migrate',
      plan: expect.stringMatching(/^\/.*migration\.yaml$/) as string,
    });
    const processes = [one.pid, ...below(one.pid)];
    expect(processes.length).toBeGreaterThanOrEqual(4);

    process.kill(one.pid, 'SIGTERM');
    await first.ended;
    await until('no process of the first lab is left', () => !processes.some(alive));
    expect(await Promise.all([answers(two.temporal), answers(two.aws), answers(two.ui)])).toEqual([true, true, true]);

    const others = below(second.child.pid!);
    process.kill(-second.child.pid!, 'SIGTERM');
    await second.ended;
    await until('no process of the second lab is left', () => !others.some(alive));
    expect(await Promise.all([answers(two.temporal), answers(two.aws), answers(two.ui)])).toEqual([
      false,
      false,
      false,
    ]);
  } finally {
    for (const { child } of [first, second])
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGTERM');
  }
});

/** Above the ports that labs take by themselves, below those of outgoing connections. */
const BASES = { lowest: 30_000, count: 900, width: 3 };

/** Three ports in a row that nobody listens on. */
async function findFreeBase(): Promise<number> {
  const { lowest, count, width } = BASES;
  for (let turn = process.pid; ; turn++) {
    const base = lowest + (turn % count) * width;
    const ports = [base, base + 1, base + 2];
    const taken = await Promise.all(ports.map(isListening));
    if (!taken.includes(true)) return base;
  }
}

test('--port-base sets the ports of Temporal, its UI and the emulator', async () => {
  const base = await findFreeBase();
  const based = lab('--world', 'bare', '--port-base', String(base));
  try {
    expect(await ready(based)).toMatchObject({
      temporal: `127.0.0.1:${base}`,
      ui: `http://127.0.0.1:${base + 1}`,
      aws: `http://127.0.0.1:${base + 2}`,
    });
  } finally {
    if (based.child.exitCode === null) process.kill(-based.child.pid!, 'SIGTERM');
    await based.ended;
  }
});

test.each([
  [['--world', 'mars'], '--world mars is unknown'],
  [['--port-base', '80'], '--port-base 80 is no port'],
  [['--speed', '9'], "'--speed'"],
])('lab %j is refused with a sentence', async (args, sentence) => {
  const refused = lab(...args);
  expect(await refused.ended).toBe(2);
  expect([refused.out(), refused.err()]).toEqual(['', expect.stringContaining(sentence)]);
});
