import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { until } from '../../lab/until';
import type { Host, Image } from './builder';
import type { Environment } from './configuration';

/** Inside the container's own network, so that no port of this machine is taken. */
const METADATA = '127.0.0.1:8051';
const METADATA_PATH = 'v4/2f1e';
export const METADATA_URI = `http://${METADATA}/${METADATA_PATH}`;

/** As on Fargate: eth0 is link-local and not listed, the VPC's address is. */
const NETWORK = {
  NetworkMode: 'awsvpc',
  IPv4Addresses: ['10.0.11.23'],
  MACAddress: '02:aa',
};
export const METADATA_ANSWER = JSON.stringify(
  {
    DockerId: '2f1e',
    Name: 'store',
    Networks: [NETWORK],
  },
  null,
  1,
);

/**
 * Serves the metadata beside the command that it is given, and ends with its exit code.
 */
const SCENE = `
busybox ip link set lo up
busybox httpd -f -vv -p "$1" -h "$2" 2>"$3" &
server=$!
shift 3
"$@"
code=$?
kill $server
exit $code`;

/** What the stand-in of a program writes down, a file each. */
export type Recorded = 'arguments' | 'environment' | 'user' | 'parent' | 'pid' | 'signal';

/** What is started, and where. */
export interface Stage {
  host: Host;
  image: Image;
  reference: string;
  /** for everything that the container and its metadata endpoint write */
  folder: string;
  environment: Environment;
  /** what the endpoint says first */
  metadata?: string | undefined;
}

/**
 * Starts an image as ECS would: its entrypoint, its command,
 * its user, in a network of its own with a metadata endpoint.
 */
export async function start(stage: Stage): Promise<Running> {
  const { host, image, reference, folder, environment, metadata = METADATA_ANSWER } = stage;
  const record = join(folder, 'record');
  const answers = join(folder, 'metadata');
  mkdirSync(join(record, 'www'), { recursive: true });
  mkdirSync(join(answers, dirname(METADATA_PATH)), { recursive: true });
  chmodSync(record, 0o777);
  writeAnswer(folder, metadata);

  const container = await host.from(reference);
  const { Entrypoint, Cmd = [], Healthcheck } = image.Config;
  const options = {
    volume: `${record}:/record:rw`,
    environment,
  };
  const inContainer = (command: string[]) => host.words(container, options, command);
  const words = inContainer([...Entrypoint, ...Cmd]);
  const scene = [METADATA, answers, join(folder, 'asked'), ...words];
  const child = spawn('unshare', ['--net', 'sh', '-c', SCENE, 'scene', ...scene], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Running(child, folder, inContainer(checkOf(Healthcheck)));
}

/** The command of a health check that needs no shell. */
function checkOf(healthCheck: Image['Config']['Healthcheck']): string[] {
  const [kind, ...command] = healthCheck!.Test;
  if (kind === 'CMD') return command;
  throw new Error(`the health check is ${kind}; only CMD runs in an image without a shell`);
}

/** Writes it beside, then renames it: nobody reads half an answer. */
function writeAnswer(folder: string, metadata: string): void {
  const draft = join(folder, 'answer');
  writeFileSync(draft, metadata);
  renameSync(draft, join(folder, 'metadata', METADATA_PATH));
}

/** A container whose program is a stand-in that writes down how it was started. */
export class Running {
  /** exit code of the container's first process */
  readonly ended: Promise<number | null>;
  private isOver = false;
  private output = '';

  constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly check: string[],
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.isOver = true;
        resolve(code);
      });
    });
  }

  /** Process group of everything that was started for it. */
  get group(): number {
    return this.child.pid!;
  }

  said(): string {
    return this.output;
  }

  /** What the stand-in wrote down; waits until it is there. */
  recorded(name: Recorded): Promise<string> {
    const file = join(this.folder, 'record', name);
    return until(`/record/${name} (${this.output.trim() || 'nothing said'})`, () => {
      if (existsSync(file)) return readFileSync(file, 'utf8').trim() || undefined;
      if (this.isOver) throw new Error(`the container ended before /record/${name}: ${this.output.trim()}`);
      return undefined;
    });
  }

  /** The same, line by line. */
  async recordedLines(name: Recorded): Promise<string[]> {
    const text = await this.recorded(name);
    return text.split('\n');
  }

  /** How often the metadata endpoint was asked until now. */
  asked(): number {
    const log = join(this.folder, 'asked');
    if (!existsSync(log)) return 0;
    return readFileSync(log, 'utf8').split(`url:/${METADATA_PATH}`).length - 1;
  }

  answer(metadata: string): void {
    writeAnswer(this.folder, metadata);
  }

  /** Puts a file behind the stand-in's port, or takes it away. */
  serve(path: string, isThere: boolean): void {
    const file = join(this.folder, 'record/www', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'ready');
    chmodSync(file, isThere ? 0o644 : 0o000);
  }

  /** Runs the image's own health check in the container; its exit code. */
  async health(): Promise<number> {
    const pid = await this.recorded('pid');
    const words = [`--net=/proc/${pid}/ns/net`, ...this.check];
    return new Promise((resolve) => {
      execFile('nsenter', words, (error) => resolve(error ? Number(error.code) : 0));
    });
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    const pid = await this.recorded('pid');
    process.kill(Number(pid), name);
  }

  kill(): void {
    try {
      process.kill(-this.group, 'SIGKILL');
    } catch {
      // already gone
    }
  }
}
