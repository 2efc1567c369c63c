import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { TASK_QUEUE } from '../src/contract/messages';
import { imagesPlan, missing, stockBases } from './images';
import { labPlan, type World } from './plan';

const ROOT = join(__dirname, '..');
const UP_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 25_000;

export interface LabOptions {
  world: 'ready' | 'adopted' | 'bare' | 'filesystem' | 'sqlite';
  record: 'cname' | 'a';
  /** Temporal, its UI and the emulator take this port and the next two; absent: any free ones */
  portBase?: number;
  /** ECR is a registry that nobody pushes to, and the worker builds the images of this repository on stand-in bases */
  images?: boolean;
  /** overrides of the lab's plan */
  plan?: Record<string, unknown>;
  /** more variables for the worker: where it takes secrets from */
  environment?: NodeJS.ProcessEnv;
}

/** The dev server throttles itself; with these a sequential activity takes 13 ms, not 100 (measured). */
const TEMPORAL_TUNING = [
  '--dynamic-config-value',
  'history.transferProcessorMaxPollRPS=2000',
  '--dynamic-config-value',
  'history.timerProcessorMaxTimeShift="10ms"',
  '--sqlite-pragma',
  'journal_mode=wal',
  '--sqlite-pragma',
  'synchronous=normal',
];
const SEARCH_ATTRIBUTES = [
  'MigrationPhase=Keyword',
  'MigrationWeight=Int',
  'MigrationHealth=Keyword',
  'MigrationWaiting=Keyword',
].flatMap((entry) => ['--search-attribute', entry]);

/** Server, emulator and worker, each its own process, all ended by `stop`. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-lab-'));
  private readonly children = new Map<string, ChildProcess>();
  private stopping = false;
  temporal = '';
  ui = '';
  aws = '';
  plan = '';
  /** what a child needs to build images with Buildah */
  build: Record<string, string> = {};
  /** called when a part ends that nobody stopped */
  onDeath: (name: string) => void = () => undefined;

  constructor(private readonly options: LabOptions) {}

  /** Starts everything; resolves when the worker polls. */
  async start(temporalPath: string, python: string): Promise<this> {
    const { portBase, world, record, images = false } = this.options;
    const lacking = images ? missing() : undefined;
    if (lacking) throw new Error(`images can't be built here: ${lacking}; or start the lab without --images`);
    const [port, uiPort, awsPort] = portBase ? [portBase, portBase + 1, portBase + 2] : await freePorts(3);
    this.ports = { port: port!, uiPort: uiPort! };
    [this.temporal, this.ui] = [`127.0.0.1:${port}`, `http://127.0.0.1:${uiPort}`];
    const emulator = this.spawn('emulator', python, [
      '-m',
      'emulator',
      '--port',
      String(awsPort),
      '--world',
      world,
      '--record',
      record,
      ...(images ? ['--registry', join(this.folder, 'registry')] : []),
    ]);
    await Promise.all([
      this.startTemporal(temporalPath),
      firstLine(emulator, 'the emulator', this.folder).then(
        (line) => (this.aws = (JSON.parse(line) as { aws: string }).aws),
      ),
    ]);
    this.plan = join(this.folder, 'migration.yaml');
    const found = (await (await fetch(`${this.aws}/_emulator/world`)).json()) as World;
    const stocked = images ? await stockBases(join(this.folder, 'images'), this.aws) : undefined;
    this.build = stocked?.environment ?? {};
    writeFileSync(
      this.plan,
      stringify({
        ...labPlan(found),
        ...(stocked ? { images: imagesPlan(stocked.registry) } : {}),
        ...this.options.plan,
      }),
    );
    await this.startWorker();
    return this;
  }

  private ports = { port: 0, uiPort: 0 };

  async startTemporal(temporalPath: string): Promise<void> {
    this.spawn('temporal', temporalPath, [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(this.ports.port),
      '--ui-port',
      String(this.ports.uiPort),
      '--db-filename',
      join(this.folder, 'temporal.db'),
      '--log-level',
      'error',
      ...TEMPORAL_TUNING,
      ...SEARCH_ATTRIBUTES,
    ]);
    await listening(this.ports.port, 'Temporal', this.folder);
    await listening(this.ports.uiPort, "Temporal's UI", this.folder);
  }

  async startWorker(): Promise<void> {
    const [healthPort] = await freePorts(1);
    this.spawn('worker', process.execPath, [
      '--import',
      'tsx',
      join(ROOT, 'lab', 'worker.ts'),
      String(healthPort),
      ...(this.options.images ? ['images'] : []),
    ]);
    await until(async () => (await fetch(`http://127.0.0.1:${healthPort}/healthz`)).ok, 'the worker', this.folder);
  }

  /** What a child needs to find this lab. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TEMPORAL_ADDRESS: this.temporal,
      AWS_ENDPOINT_URL: this.aws,
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: 'lab',
      ...this.build,
      LGTM_GRAFANA_SECRET_KEY: 'lab-secret-key',
      LGTM_S3_CREDENTIALS: JSON.stringify({ AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' }),
      ...this.options.environment,
    };
  }

  get ready() {
    return {
      temporal: this.temporal,
      ui: this.ui,
      aws: this.aws,
      plan: this.plan,
      taskQueue: TASK_QUEUE,
      pid: process.pid,
      ...(this.options.images ? { build: this.build } : {}),
    };
  }

  pidOf(name: 'worker' | 'emulator' | 'temporal'): number {
    return this.children.get(name)!.pid!;
  }

  /** Ends one part: SIGTERM, and SIGKILL for what does not go. */
  async stopPart(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.children.get(name);
    this.children.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  }

  /** Ends everything: the worker first, since it talks to the others. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.stopPart('worker', 'SIGKILL');
    await Promise.all([this.stopPart('emulator'), this.stopPart('temporal')]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(name: string, command: string, args: string[]): ChildProcess {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn(command, args, {
      cwd: ROOT,
      env: this.environment,
      stdio: ['ignore', name === 'emulator' ? 'pipe' : log, log],
    });
    child.once('exit', () => {
      if (!this.stopping && this.children.get(name) === child) this.onDeath(name);
    });
    this.children.set(name, child);
    return child;
  }
}

/** Below the ports of outgoing connections, one of which could take a port that was free before its server listens. */
const [LOWEST_PORT, PORTS] = [10_000, 20_000];

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listenAnywhere(): Promise<Server> {
  for (;;) {
    const server = createServer();
    const listens = new Promise<boolean>((resolve) =>
      server.once('listening', () => resolve(true)).once('error', () => resolve(false)),
    );
    server.listen(LOWEST_PORT + Math.floor(Math.random() * PORTS), '127.0.0.1');
    if (await listens) return server;
  }
}

async function until(look: () => Promise<boolean>, what: string, folder: string): Promise<void> {
  const give = Date.now() + UP_TIMEOUT_MS;
  for (;;) {
    if (await look().catch(() => false)) return;
    if (Date.now() > give)
      throw new Error(`${what} is not up after ${UP_TIMEOUT_MS / 1000} s; see the logs in ${folder}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function listening(port: number, what: string, folder: string): Promise<void> {
  return until(
    () =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.end());
      }),
    what,
    folder,
  );
}

function firstLine(child: ChildProcess, what: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code}; see the logs in ${folder}`)));
  });
}
