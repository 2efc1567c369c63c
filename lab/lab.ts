import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { TASK_QUEUE } from '../src/contract/messages';
import { Emulator, type World, type WorldChoice } from './emulator';
import { imagesPlan, missing, stockBases } from './images';
import { labPlan } from './plan';
import { findFreePorts, isListening } from './ports';
import { Processes, type PartName } from './processes';
import { devServerArguments } from './temporal';
import { compiled, emulatorPython, temporalPath } from './tools';

const ROOT = join(__dirname, '..');
const REGION = 'ap-northeast-2';

/** What the lab's plan takes its secrets from. */
const SECRETS = {
  LGTM_GRAFANA_SECRET_KEY: 'lab-secret-key',
  LGTM_S3_CREDENTIALS: JSON.stringify({
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
  }),
};

export interface LabOptions extends WorldChoice {
  /** Temporal, its UI and the emulator take this port and the next two; absent: any free ones */
  portBase?: number;
  /** ECR is a registry that nobody pushes to, and the worker builds the images of this repository on stand-in bases */
  images?: boolean;
  /** more variables for the worker and the command line: where they take secrets from */
  environment?: NodeJS.ProcessEnv;
}

/** Temporal, emulator and worker, each a process of its own, all ended by `stop`; it serves many migrations. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'lgtm-migrate-lab-'));
  /** what `lgtm-migrate -f` takes */
  readonly plan = join(this.folder, 'migration.yaml');
  readonly processes = new Processes(this.folder, ROOT);
  /** HOST:PORT */
  temporal = '';
  ui = '';
  emulator = new Emulator('');
  /** HOST:PORT of what answers as public DNS */
  dns = '';
  private ports = {
    temporal: 0,
    ui: 0,
    emulator: 0,
  };
  private images: Awaited<ReturnType<typeof stockBases>> | undefined;
  private isFresh = true;

  constructor(private readonly options: LabOptions) {}

  get aws(): string {
    return this.emulator.url;
  }

  get buildsImages(): boolean {
    return this.options.images ?? false;
  }

  /** Starts everything; resolves when the worker polls. */
  async start(): Promise<this> {
    const lacking = this.buildsImages ? missing() : undefined;
    if (lacking) throw new Error(`images can't be built here: ${lacking}; or start the lab without --images`);
    countLab();
    await this.choosePorts();
    await Promise.all([this.startTemporal(), this.startEmulator()]);
    if (this.buildsImages) this.images = await stockBases(join(this.folder, 'images'), this.aws);
    this.writePlan(await this.emulator.world());
    await this.startWorker();
    return this;
  }

  /**
   * An account that nobody has touched, and the lab's plan for it with these keys laid over it. What runs on the old
   * account must have ended.
   */
  async renew(choice: Partial<WorldChoice>, plan: Record<string, unknown> = {}): Promise<void> {
    const { world, record } = this.options;
    const wanted = { world, record, ...choice };
    const isAsStarted = wanted.world === world && wanted.record === record;
    const isThere = this.isFresh && isAsStarted;
    this.isFresh = false;
    this.writePlan(isThere ? await this.emulator.world() : await this.emulator.reset(wanted), plan);
  }

  async startTemporal(): Promise<void> {
    const { temporal: port, ui: uiPort } = this.ports;
    const args = devServerArguments({
      port,
      uiPort,
      database: join(this.folder, 'temporal.db'),
    });
    this.processes.start('temporal', temporalPath(), args, this.environment);
    const listens = async () => (await isListening(port)) && (await isListening(uiPort));
    await this.processes.untilUp('temporal', listens);
  }

  /** @param isChecked it replays open runs before it polls, as the product's does */
  async startWorker({ isChecked = true } = {}): Promise<void> {
    const [healthPort] = await findFreePorts(1);
    const switches = [...(this.buildsImages ? ['images'] : []), ...(isChecked ? [] : ['unchecked'])];
    const args = [compiled('worker'), compiled('workflow'), String(healthPort), ...switches];
    this.processes.start('worker', process.execPath, args, this.environment);
    await this.processes.untilUp('worker', async () => (await fetch(`http://127.0.0.1:${healthPort}/healthz`)).ok);
  }

  /** Starts again whatever has ended. */
  async repair(): Promise<void> {
    if (!this.processes.runs('temporal')) await this.startTemporal();
    if (!this.processes.runs('worker')) await this.startWorker();
  }

  /** What a child needs to find this lab. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      TEMPORAL_ADDRESS: this.temporal,
      AWS_ENDPOINT_URL: this.aws,
      PUBLIC_RESOLVER: this.dns,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: 'lab',
      ...this.images?.environment,
      ...SECRETS,
      ...this.options.environment,
    };
  }

  /** What `npm run lab` says in its one line. */
  get ready() {
    return {
      temporal: this.temporal,
      ui: this.ui,
      aws: this.aws,
      dns: this.dns,
      plan: this.plan,
      taskQueue: TASK_QUEUE,
      pid: process.pid,
      ...(this.images ? { build: this.images.environment } : {}),
    };
  }

  stopPart(name: PartName, signal?: NodeJS.Signals): Promise<void> {
    return this.processes.stop(name, signal);
  }

  async stop(): Promise<void> {
    await this.processes.stopAll();
    rmSync(this.folder, {
      recursive: true,
      force: true,
    });
  }

  private async choosePorts(): Promise<void> {
    const { portBase } = this.options;
    const ports = portBase ? [portBase, portBase + 1, portBase + 2] : await findFreePorts(3);
    const [temporal, ui, emulator] = ports as [number, number, number];
    this.ports = { temporal, ui, emulator };
    this.temporal = `127.0.0.1:${temporal}`;
    this.ui = `http://127.0.0.1:${ui}`;
  }

  private async startEmulator(): Promise<void> {
    const { world, record } = this.options;
    const account = ['--port', String(this.ports.emulator), '--world', world, '--record', record];
    const registry = this.buildsImages ? ['--registry', join(this.folder, 'registry')] : [];
    this.processes.start('emulator', emulatorPython, ['-m', 'emulator', ...account, ...registry], this.environment);
    const { aws, dns } = JSON.parse(await this.processes.firstLineOf('emulator')) as { aws: string; dns: string };
    this.emulator = new Emulator(aws);
    this.dns = dns;
  }

  private writePlan(world: World, keys: Record<string, unknown> = {}): void {
    const images = this.images ? { images: imagesPlan(this.images.registry) } : {};
    writeFileSync(
      this.plan,
      stringify({
        ...labPlan(world),
        ...images,
        ...keys,
      }),
    );
  }
}

/** A line for every lab that starts, where somebody counts them. */
function countLab(): void {
  const log = process.env['LGTM_LABS_LOG'];
  if (log) appendFileSync(log, `${process.pid}\n`);
}
