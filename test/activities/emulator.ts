import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { emulatorPython } from '../../lab/tools';

/** What GET /_emulator/world tells. */
export interface World {
  hostedZoneId: string;
  instanceIds: string[];
  [other: string]: unknown;
}

/** An emulated AWS without Temporal: what activities and the SDK see. */
export interface Emulator {
  aws: string;
  world: World;
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts one; the clients of this process find it by AWS_ENDPOINT_URL, as those of a worker do. */
export async function startEmulator(...args: string[]): Promise<Emulator> {
  const child = spawn(emulatorPython, ['-m', 'emulator', ...args], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { aws } = JSON.parse(line) as { aws: string };
  const call: Emulator['call'] = async (method, path, body) =>
    (await fetch(`${aws}/_emulator${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) })).json();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws,
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    aws,
    world: (await call('GET', '/world')) as World,
    call,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Looks until it is so; jest's own limit ends it. */
export async function until(so: () => Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setTimeout(resolve, 50));
}
