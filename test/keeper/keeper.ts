import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../../lab/until';
import { startResolver, type Resolver } from './resolver';
import { startRing, type Member, type Ring } from './ring';

/** Where the image's scripts are. */
export const FOLDER = join(__dirname, '../../dockerfiles/mimir');
export const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
/** Address of the keeper's own task. */
export const OWN = '10.0.1.5';

const ENVIRONMENT = {
  REGION: 'ap-northeast-2',
  S3_BUCKET: 'sys-lgtm-s3',
  DOMAIN: 'lgtm.local',
  TASK_COUNT: '3',
  TASK_IP: OWN,
  KEEPER_INTERVAL: '0.05',
  http_proxy: 'http://127.0.0.1:9',
};

type Line = Record<string, string>;

/** A keeper that runs, and what it said so far. */
export interface Keeper {
  /** its lines but the first */
  events: Line[];
  errors: string;
  process: ChildProcess;
}

/** A member of the ring at 10.0.1.`host`, named as Fargate names its tasks. */
export function member(host: number, state: Member['state'] = 'ACTIVE', more: Partial<Member> = {}): Member {
  return {
    id: `ip-10-0-1-${host}.ap-northeast-2.compute.internal`,
    state,
    address: `10.0.1.${host}:9095`,
    timestamp: '2026-11-24T09:58:00Z',
    ...more,
  };
}

export function addresses(...last: number[]): string[] {
  return last.map((host) => `10.0.1.${host}`);
}

/** The tasks that run. */
export const THREE = [member(5), member(6), member(7)];
/** A task that was killed: in the ring, and not in the name. */
export const KILLED = member(9, 'UNHEALTHY');

export function eventsOf({ events }: Keeper): string[] {
  return events.map(({ event }) => event!);
}

/** Mimir's ring with a killed member, the name of three tasks, and keepers that look at both. */
export class Rig {
  readonly keepers: Keeper[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'lgtm-keeper-'));

  private constructor(
    readonly mimir: Ring,
    readonly dns: Resolver,
  ) {}

  static async start(): Promise<Rig> {
    const mimir = await startRing([...THREE, KILLED]);
    const dns = await startResolver(addresses(5, 6, 7));
    return new Rig(mimir, dns);
  }

  /** Starts one as its container does: the image's shell, behind the image's entrypoint. */
  startKeeper(given: Record<string, string> = {}): Keeper {
    const busybox = this.writeBusybox();
    const [entrypoint, keeper] = ['entrypoint.sh', 'ring-keeper.sh'].map((name) => this.writeScript(name, busybox));
    const process = spawn(BUSYBOX!, ['sh', entrypoint!, BUSYBOX!, 'sh', keeper!], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...ENVIRONMENT, ...given },
    });
    const started: Keeper = { events: [], errors: '', process };
    createInterface({ input: process.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Line;
      if (said['event'] !== 'started') started.events.push(said);
    });
    process.stderr.on('data', (part) => (started.errors += String(part)));
    this.keepers.push(started);
    return started;
  }

  until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    return until(what, look, { progress: () => this.keepers.map(({ events, errors }) => [events.length, errors]) });
  }

  /** Waits until `more` looks are over: the next one has begun. */
  async untilLooked(more: number): Promise<void> {
    const { looks } = this.mimir;
    await this.until(`${more} looks`, () => this.mimir.looks > looks + more);
  }

  untilSaid(keeper: Keeper, event: string): Promise<Line> {
    return this.until(event, () => keeper.events.find((line) => line['event'] === event));
  }

  /** Waits for its end. @returns the exit code, or `killed` */
  untilEnded({ process }: Keeper): Promise<{ code: number | 'killed' }> {
    return this.until('its end', () => {
      const { exitCode, signalCode } = process;
      const hasEnded = exitCode !== null || signalCode !== null;
      return hasEnded && { code: exitCode ?? 'killed' };
    });
  }

  /** Starts one that must say this, and forget nobody. */
  async expectForgetsNobody(event: string, text: string): Promise<void> {
    const { reason } = await this.untilSaid(this.startKeeper(), event);
    await this.untilLooked(3);
    expect(reason).toContain(text);
    expect(this.mimir.forgotten).toEqual([]);
  }

  async stop(): Promise<void> {
    for (const { process } of this.keepers) killGroup(process);
    await Promise.all([this.mimir.close(), this.dns.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the image has at /busybox: the machine's, with a resolver of ours. */
  private writeBusybox(): string {
    const path = join(this.folder, 'busybox');
    const lines = [
      `#!${BUSYBOX} sh`,
      'last=',
      `[ "$1" != nslookup ] || last=127.0.0.1:${this.dns.port}`,
      `exec ${BUSYBOX} "$@" $last`,
      '',
    ];
    if (!existsSync(path)) writeFileSync(path, lines.join('\n'), { mode: 0o755 });
    return path;
  }

  /** A script of the image, with Mimir at another port. */
  private writeScript(name: string, busybox: string): string {
    const path = join(this.folder, name);
    const script = readFileSync(join(FOLDER, name), 'utf8')
      .replaceAll('/busybox ', `${busybox} `)
      .replace('. /switches.sh', `. ${join(FOLDER, 'switches.sh')}`)
      .replace('http://127.0.0.1:9009/', `http://127.0.0.1:${this.mimir.port}/`);
    writeFileSync(path, script);
    return path;
  }
}

/** With all it started: a sleep or a wget outlives the shell that SIGTERM ends. */
function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // the last of them has ended
  }
}

/** A test of the keeper under busybox's shell, on a rig of its own. */
export function testKeeper(name: string, run: (rig: Rig) => Promise<void>): void {
  if (!BUSYBOX) {
    test.skip(`${name}; skipped: no busybox (Debian: apt-get install busybox-static)`, () => undefined);
    return;
  }
  test(name, async () => {
    const rig = await Rig.start();
    try {
      await run(rig);
    } finally {
      await rig.stop();
    }
  });
}
