import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { emulatorPython } from '../../lab/tools';

const ROOT = join(__dirname, '../..');

/** What GET /_emulator/world tells. */
export interface World {
  hostedZoneId: string;
  instanceIds: string[];
  [other: string]: unknown;
}

type Method = 'GET' | 'POST' | 'DELETE';

/** An emulated AWS without Temporal: what activities and the SDK see. */
export interface Emulator {
  aws: string;
  world: World;
  call(method: Method, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts one; the clients of this process find it
 * by AWS_ENDPOINT_URL, as those of a worker do.
 */
export async function startEmulator(...args: string[]): Promise<Emulator> {
  const child = spawn(emulatorPython, ['-m', 'emulator', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = createInterface({ input: child.stdout });
  const [line] = (await once(output, 'line')) as [string];
  const { aws } = JSON.parse(line) as { aws: string };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws,
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const call = async (method: Method, path: string, body?: unknown): Promise<unknown> => {
    const url = `${aws}/_emulator${path}`;
    const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    return response.json();
  };
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
export async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
