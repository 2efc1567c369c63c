import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missing } from '../../lab/images';

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

/** buildah on a storage of its own: one that builds and one that deploys share nothing but the registry. */
export interface Host {
  build(context: string, reference: string, arguments_?: Record<string, string>): Promise<void>;
  push(reference: string): Promise<string>;
  pull(reference: string): Promise<void>;
  inspect(reference: string): Promise<Image>;
  /** A container of an image; returns its name. */
  from(reference: string): Promise<string>;
  /** The words of a `buildah run` in that container. */
  words(
    container: string,
    options: { volume?: string; environment?: Record<string, string> },
    command: string[],
  ): string[];
  /** Where the container's files are. */
  mount(container: string): Promise<string>;
}

/** Why nothing can be built and started here, or undefined. */
export function lacking(): string | undefined {
  return (
    missing() ??
    (spawnSync('unshare', ['--net', 'true']).status === 0
      ? undefined
      : 'no network namespaces here (unshare --net fails)')
  );
}

export function host(folder: string): Host {
  const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  mkdirSync(folder, { recursive: true });
  const buildah = async (...words: string[]) =>
    (await run('buildah', [...storage, ...words], { maxBuffer: 16e6 })).stdout.trim();
  return {
    // without format docker the image would have no health check
    async build(context, reference, arguments_ = {}) {
      await buildah(
        'bud',
        '--isolation',
        'chroot',
        '--format',
        'docker',
        '--tls-verify=false',
        '--quiet',
        ...Object.entries(arguments_).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
        '--tag',
        reference,
        context,
      );
    },
    async push(reference) {
      const file = join(folder, `${encodeURIComponent(reference)}.digest`);
      await buildah('push', '--tls-verify=false', '--quiet', '--digestfile', file, reference);
      return (await run('cat', [file])).stdout.trim();
    },
    pull: async (reference) => void (await buildah('pull', '--tls-verify=false', '--quiet', reference)),
    async inspect(reference) {
      const { Docker, FromImageDigest } = JSON.parse(await buildah('inspect', '--type', 'image', reference)) as {
        Docker: { config: Image['Config'] };
        FromImageDigest: string;
      };
      return { Config: Docker.config, digest: FromImageDigest };
    },
    from: (reference) => buildah('from', '--pull-never', reference),
    words: (container, { volume, environment = {} }, command) => [
      'buildah',
      ...storage,
      'run',
      '--isolation',
      'chroot',
      ...(volume ? ['--volume', volume] : []),
      ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      container,
      '--',
      ...command,
    ],
    mount: (container) => buildah('mount', container),
  };
}

/** A registry on a free port of loopback, its blobs in `folder`. */
export async function registry(folder: string): Promise<{ address: string; close(): Promise<void> }> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'registry.yml');
  writeFileSync(
    file,
    `version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: ${folder}}}\nhttp: {addr: '127.0.0.1:0'}\n`,
  );
  const child = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}: ${said.slice(-500)}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
      const at = /listening on (127\.0\.0\.1:\d+)/.exec(said);
      if (at) resolve(at[1]!);
    });
  });
  return { address, close: async () => (child.kill('SIGTERM'), ended) };
}

/** A folder for everything of a test; `remove` takes buildah's read-only files too. */
export function workspace(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lgtm-images-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
