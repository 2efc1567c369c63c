import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missing } from '../../lab/images';
import type { Environment } from './configuration';

const run = promisify(execFile);

export interface Image {
  Config: {
    User: string;
    Env?: string[];
    Entrypoint: string[];
    Cmd?: string[];
    StopSignal?: string;
    Healthcheck?: { Test: string[]; Timeout?: number; StartPeriod?: number };
  };
  digest: string;
}

/** How a command runs in a container. */
export interface RunOptions {
  volume: string;
  environment: Environment;
}

/** What `buildah inspect` tells of an image. */
interface Inspection {
  Docker: { config: Image['Config'] };
  FromImageDigest: string;
}

/** Why nothing can be built and started here, or undefined. */
export function findObstacle(): string | undefined {
  const obstacle = missing();
  if (obstacle) return obstacle;
  const { status } = spawnSync('unshare', ['--net', 'true']);
  return status === 0 ? undefined : 'no network namespaces here (unshare --net fails)';
}

/**
 * buildah on a storage of its own: one that builds and
 * one that deploys share nothing but the registry.
 */
export class Host {
  private readonly storage: string[];

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    const [root, runRoot] = [join(folder, 'root'), join(folder, 'run')];
    this.storage = ['--root', root, '--runroot', runRoot, '--storage-driver', 'vfs'];
  }

  /** In Docker's format: Buildah's own has no health check. */
  async build(context: string, reference: string, buildArguments: Environment = {}): Promise<void> {
    const isolation = ['--isolation', 'chroot', '--format', 'docker', '--tls-verify=false'];
    const settings = listSettings('--build-arg', buildArguments);
    await this.buildah('bud', ...isolation, '--quiet', ...settings, '--tag', reference, context);
  }

  /** Returns the digest. */
  async push(reference: string): Promise<string> {
    const file = join(this.folder, `${encodeURIComponent(reference)}.digest`);
    await this.buildah('push', '--tls-verify=false', '--quiet', '--digestfile', file, reference);
    return readFileSync(file, 'utf8').trim();
  }

  async pull(reference: string): Promise<void> {
    await this.buildah('pull', '--tls-verify=false', '--quiet', reference);
  }

  async inspect(reference: string): Promise<Image> {
    const output = await this.buildah('inspect', '--type', 'image', reference);
    const { Docker, FromImageDigest } = JSON.parse(output) as Inspection;
    return { Config: Docker.config, digest: FromImageDigest };
  }

  /** Makes a container of an image; returns its name. */
  from(reference: string): Promise<string> {
    return this.buildah('from', '--pull-never', reference);
  }

  /** Where the container's files are. */
  mount(container: string): Promise<string> {
    return this.buildah('mount', container);
  }

  /** The words of a `buildah run` in that container. */
  words(container: string, { volume, environment }: RunOptions, command: string[]): string[] {
    const options = ['--isolation', 'chroot', '--volume', volume];
    const variables = listSettings('--env', environment);
    return ['buildah', ...this.storage, 'run', ...options, ...variables, container, '--', ...command];
  }

  private async buildah(...words: string[]): Promise<string> {
    const { stdout } = await run('buildah', [...this.storage, ...words], { maxBuffer: 16e6 });
    return stdout.trim();
  }
}

function listSettings(option: string, settings: Environment): string[] {
  const entries = Object.entries(settings);
  return entries.flatMap(([name, value]) => [option, `${name}=${value}`]);
}

export interface Registry {
  address: string;
  close(): Promise<void>;
}

/** A registry on a free port of loopback, its blobs in `folder`. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'registry.yml');
  const storage = `storage: {filesystem: {rootdirectory: ${folder}}}`;
  const configuration = ['version: 0.1', 'log: {level: info}', storage, "http: {addr: '127.0.0.1:0'}"];
  writeFileSync(file, `${configuration.join('\n')}\n`);
  const child = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`docker-registry ended with ${code}: ${said.slice(-500)}`));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
      const listening = /listening on (127\.0\.0\.1:\d+)/.exec(said);
      if (listening) resolve(listening[1]!);
    });
  });
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { address, close };
}

/** A folder for everything of a test; `remove` takes buildah's read-only files too. */
export function createWorkspace(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-images-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
