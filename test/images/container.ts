import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from './configuration';
import type { Host, Image } from './builder';

/** Inside the container's own network, so that no port of this machine is taken. */
const METADATA = '127.0.0.1:8051';
export const METADATA_URI = `http://${METADATA}/v4/2f1e`;
const LIMIT_MS = 30_000;

/** As on Fargate: eth0 is link-local and not listed, the VPC's address is. */
export const METADATA_ANSWER = JSON.stringify(
  {
    DockerId: '2f1e',
    Name: 'store',
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.11.23'], MACAddress: '02:aa' }],
  },
  null,
  1,
);

export interface Running {
  /** A line that the stand-in recorded; waits until it is there. */
  recorded(name: 'arguments' | 'environment' | 'user' | 'parent' | 'pid' | 'signal'): Promise<string>;
  /** How often the metadata endpoint was asked until now. */
  asked(): number;
  answer(metadata: string): void;
  /** Puts a file behind the stand-in's port, or takes it away. */
  serve(path: string, there: boolean): void;
  /** Runs the image's own health check in the container; its exit code. */
  health(): Promise<number>;
  signal(name: NodeJS.Signals): Promise<void>;
  /** Exit code of the container's first process. */
  ended: Promise<number | null>;
  said(): string;
  /** Process group of everything that was started for it. */
  group: number;
  kill(): void;
}

/** Waits until something holds; the limit only ends a broken test. */
export async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (const began = Date.now(); ;) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (Date.now() - began > LIMIT_MS) throw new Error(`${what} did not come within ${LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts an image as ECS would: its entrypoint, its command, its user, in a network of its own with a metadata endpoint. */
export async function start(
  on: Host,
  image: Image,
  reference: string,
  folder: string,
  environment: Environment,
  { metadata = METADATA_ANSWER, program }: { metadata?: string; program?: string[] } = {},
): Promise<Running> {
  const record = join(folder, 'record');
  const answers = join(folder, 'metadata');
  for (const path of [join(record, 'www'), join(answers, 'v4')]) mkdirSync(path, { recursive: true });
  chmodSync(record, 0o777);
  const container = await on.from(reference);
  const volume = `${record}:/record:rw`;
  const { Entrypoint, Cmd = [] } = image.Config;
  const command = program ? [...Entrypoint.slice(0, -1), ...program] : [...Entrypoint, ...Cmd];
  // set beside, then renamed: nobody reads half an answer
  const answer = (text: string) => (
    writeFileSync(join(folder, 'answer'), text),
    renameSync(join(folder, 'answer'), join(answers, 'v4/2f1e'))
  );
  answer(metadata);
  const scene =
    'busybox ip link set lo up; busybox httpd -f -vv -p "$1" -h "$2" 2>"$3" & server=$!; shift 3; "$@"; code=$?; kill $server; exit $code';
  const child: ChildProcess = spawn(
    'unshare',
    [
      '--net',
      'sh',
      '-c',
      scene,
      'scene',
      METADATA,
      answers,
      join(folder, 'asked'),
      ...on.words(container, { volume, environment }, command),
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  let over = false;
  void ended.then(() => (over = true));
  const recorded: Running['recorded'] = (name) =>
    until(`/record/${name} (${said.trim() || 'nothing said'})`, () => {
      if (existsSync(join(record, name))) return readFileSync(join(record, name), 'utf8').trim() || undefined;
      if (over) throw new Error(`the container ended before /record/${name}: ${said.trim()}`);
      return undefined;
    });
  return {
    recorded,
    answer,
    ended,
    asked: () =>
      existsSync(join(folder, 'asked'))
        ? readFileSync(join(folder, 'asked'), 'utf8').split('url:/v4/2f1e').length - 1
        : 0,
    serve: (path, there) => {
      const file = join(record, 'www', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'ready');
      chmodSync(file, there ? 0o644 : 0o000);
    },
    health: async () => {
      const [kind, ...check] = image.Config.Healthcheck!.Test;
      if (kind !== 'CMD') throw new Error(`the health check is ${kind}; only CMD runs in an image without a shell`);
      const words = [
        '--net=/proc/' + (await recorded('pid')) + '/ns/net',
        ...on.words(container, { volume, environment }, check),
      ];
      return new Promise((resolve) => execFile('nsenter', words, (error) => resolve(error ? Number(error.code) : 0)));
    },
    signal: async (name) => void process.kill(Number(await recorded('pid')), name),
    said: () => said,
    group: child.pid!,
    kill: () => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // already gone
      }
    },
  };
}
