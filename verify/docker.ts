import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Service } from '../lab/services';
import { readImageFile, type ImageFile } from './image';
import {
  lastWords,
  readVersion,
  STOP_TIMEOUT_S,
  type Candidate,
  type Ending,
  type Running,
  type Source,
} from './source';

const run = promisify(execFile);

/** What Docker calls the machine that it runs on. */
export const THIS_MACHINE = 'host.docker.internal';
const TO_THIS_MACHINE = ['--add-host', `${THIS_MACHINE}:host-gateway`];

async function docker(...words: string[]): Promise<string> {
  const { stdout, stderr } = await run('docker', words, { maxBuffer: 64e6 });
  return `${stdout}${stderr}`.trim();
}

/** What Docker itself said, or why it could not be asked. */
function wordsOf(error: unknown): string {
  const { stderr = '', message = String(error) } = error as { stderr?: string; message?: string };
  return stderr.trim() || message;
}

/** The images of this repository on the vendors' own, built and run by Docker. */
export class Docker implements Source {
  private readonly names = new Set<string>();

  /** @param environment what a task definition gives each of them */
  constructor(private readonly environment: Record<string, string>) {
    process.once('exit', this.removeAll);
  }

  async find(service: Service): Promise<Candidate | string> {
    const image = readImageFile(service);
    const tag = `lgtm-verify/${service}:${image.version}`;
    try {
      await docker('build', '--quiet', '--tag', tag, image.folder);
    } catch (error) {
      const [reason] = wordsOf(error).trim().split('\n').slice(-1);
      return `docker builds no image of it: ${reason}`;
    }
    const [program] = image.paths;
    return {
      version: async () => readVersion(await docker('run', '--rm', '--entrypoint', program!, tag, '--version')),
      start: () => this.start(image, tag),
    };
  }

  close(): Promise<void> {
    this.removeAll();
    process.off('exit', this.removeAll);
    return Promise.resolve();
  }

  private async start({ service, ports }: ImageFile, tag: string): Promise<Running> {
    const name = `lgtm-verify-${service}-${process.pid}-${this.names.size}`;
    this.names.add(name);
    const variables = Object.entries(this.environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const published = ports.flatMap((port) => ['--publish', `127.0.0.1::${port}`]);
    const named = ['--name', name, '--hostname', 'task'];
    await docker('run', '--detach', ...named, ...TO_THIS_MACHINE, ...variables, ...published, tag);
    const addresses = await Promise.all(ports.map((port) => docker('port', name, `${port}/tcp`)));
    return new Container(name, new Map(ports.map((port, index) => [port, addresses[index]!.split('\n')[0]!])));
  }

  /** Waits, since a process that exits waits for nothing else. */
  private readonly removeAll = (): void => {
    if (this.names.size > 0) spawnSync('docker', ['rm', '--force', '--volumes', ...this.names]);
    this.names.clear();
  };
}

/** A container that runs. */
class Container implements Running {
  /** @param addresses HOST:PORT on this machine, by the image's port */
  constructor(
    private readonly name: string,
    private readonly addresses: ReadonlyMap<number, string>,
  ) {}

  urlOf(port: number): string {
    return `http://${this.addresses.get(port)}`;
  }

  /** Its paths and ports are the image's, and its name is given to it. */
  clean(text: string): string {
    return text;
  }

  async ended(): Promise<string | undefined> {
    const [isRunning, exitCode] = (await this.inspect('{{.State.Running}} {{.State.ExitCode}}')).split(' ');
    if (isRunning === 'true') return undefined;
    return `it ended with ${exitCode}: ${lastWords(await docker('logs', '--tail', '3', this.name))}`;
  }

  progress(): Promise<unknown> {
    return docker('logs', '--tail', '1', '--timestamps', this.name);
  }

  async stop(): Promise<Ending> {
    const began = Date.now();
    await docker('stop', '-t', String(STOP_TIMEOUT_S), this.name);
    const seconds = (Date.now() - began) / 1000;
    const by = await this.inspect('{{.State.ExitCode}}');
    await docker('rm', '--volumes', this.name);
    return {
      seconds,
      by: by === '137' ? 'SIGKILL' : Number(by),
    };
  }

  private inspect(format: string): Promise<string> {
    return docker('inspect', '--format', format, this.name);
  }
}
