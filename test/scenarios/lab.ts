import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import { Lab, type LabOptions } from '../../lab/parts';
import { emulatorPython, temporalPath } from '../../lab/tools';
import { statusQuery, updates, workflowIdOf } from '../../src/contract/messages';
import type { Status } from '../../src/contract/status';
import type { Verb } from '../../src/contract/verbs';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

const GIVE_UP_MS = 120_000;

/** A running lab as an operator has it: the real command line, and the emulator's own ways to look and to break. */
export class Operator {
  constructor(
    readonly lab: Lab,
    readonly client: Client,
  ) {}

  cli(...args: string[]): Promise<Ran> {
    return this.run(...args).ended;
  }

  /** The same, and what it has written so far. */
  run(...args: string[]): { ran: Ran; ended: Promise<Ran> } {
    const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../../src/client.ts'), ...args], {
      env: { ...this.lab.environment, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ran: Ran = { code: -1, out: '', err: '' };
    child.stdout.on('data', (chunk) => (ran.out += String(chunk)));
    child.stderr.on('data', (chunk) => (ran.err += String(chunk)));
    return {
      ran,
      ended: new Promise((resolve) => child.once('close', (code) => resolve({ ...ran, code: code ?? -1 }))),
    };
  }

  get handle() {
    return this.client.workflow.getHandle(workflowIdOf('lgtm-prd'));
  }

  status(): Promise<Status> {
    return this.handle.query(statusQuery);
  }

  /** Waits until the status is so; fails with the last one seen. */
  async until(is: (status: Status) => boolean): Promise<Status> {
    const end = Date.now() + GIVE_UP_MS;
    for (;;) {
      const status = await this.status().catch(() => undefined);
      if (status && is(status)) return status;
      if (Date.now() > end || status?.outcome)
        throw new Error(`never so; last seen: ${JSON.stringify(status, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async say(verb: Verb, reason = 'the test says so'): Promise<void> {
    await this.handle.executeUpdate(updates[verb], { args: [{ by: 'test', reason }] });
  }

  ended(): Promise<Status> {
    return this.handle.result() as Promise<Status>;
  }

  /** Lays keys over the lab's plan file. */
  async plan(keys: Record<string, unknown>): Promise<void> {
    const found = parse(await readFile(this.lab.plan, 'utf8')) as Record<string, Record<string, unknown>>;
    const laid = Object.entries(keys).map(([key, value]) => [
      key,
      typeof value === 'object' && !Array.isArray(value) ? { ...found[key], ...value } : value,
    ]);
    await writeFile(this.lab.plan, stringify({ ...found, ...Object.fromEntries(laid) }));
  }

  async world(): Promise<Dump> {
    return (await this.emulator('GET', '/dump')) as Dump;
  }

  async emulator(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.lab.aws}/_emulator${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return response.json();
  }
}

export interface Dump {
  repositories: string[];
  records: Record<
    string,
    { ttl: number | null; values: string[]; weight: number | null; alias: [string, string, string] | null }
  >;
  services: Record<string, { status: string; desired: number; running: number; taskDefinition: string }>;
  instances: { state: string; host: { projects: Record<string, { services: Record<string, { state: string }> }> } }[];
  images: Record<string, string>;
  [other: string]: unknown;
}

/** A lab of its own for one test, ended whatever happens. */
export async function withLab(options: Partial<LabOptions>, run: (operator: Operator) => Promise<void>): Promise<void> {
  const lab = new Lab({ world: 'ready', record: 'cname', ...options });
  let connection: Connection | undefined;
  try {
    await lab.start(temporalPath(), emulatorPython);
    connection = await Connection.connect({ address: lab.temporal });
    await run(new Operator(lab, new Client({ connection })));
  } finally {
    await connection?.close();
    await lab.stop();
  }
}
