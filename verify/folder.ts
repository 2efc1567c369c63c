import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findFreePorts } from '../lab/ports';
import type { Service } from '../lab/services';
import { Disk, replacePorts } from './disk';
import { readImageFile } from './image';
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

/** A folder of programs; each runs on this machine, on free ports, with its image's files beside it. */
export class Folder implements Source {
  private readonly running = new Set<Process>();

  /**
   * @param environment what a task definition gives each of them
   * @param workspace a folder for their disks and logs
   */
  constructor(
    private readonly programs: string,
    private readonly environment: Record<string, string>,
    private readonly workspace: string,
  ) {
    process.once('exit', this.killAll);
  }

  find(service: Service): Promise<Candidate | string> {
    const program = resolve(this.programs, service);
    if (!isProgram(program)) return Promise.resolve(`no program ${program}`);
    return Promise.resolve({
      version: () => askVersion(program),
      start: () => this.start(service, program),
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((child) => child.kill()));
    process.off('exit', this.killAll);
  }

  private async start(service: Service, program: string): Promise<Running> {
    const image = readImageFile(service);
    const free = await findFreePorts(image.ports.length);
    const ports = new Map(image.ports.map((port, index) => [port, free[index]!]));
    const folder = mkdtempSync(join(this.workspace, `${service}-`));
    const disk = new Disk(folder, image, program, ports);
    disk.write();
    const child = new Process(disk.words, folder, ports, {
      ...image.environment,
      ...this.environment,
    });
    this.running.add(child);
    void child.over.then(() => this.running.delete(child));
    return child;
  }

  private readonly killAll = (): void => {
    for (const child of this.running) void child.kill();
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function askVersion(program: string): Promise<string | undefined> {
  const { stdout, stderr } = await run(program, ['--version']).catch(() => ({
    stdout: '',
    stderr: '',
  }));
  return readVersion(stdout + stderr);
}

/** A program of the folder. */
class Process implements Running {
  /** when it has ended, by itself or not */
  readonly over: Promise<void>;
  private readonly child: ChildProcess;
  private readonly log: string;

  constructor(
    [command, ...words]: string[],
    private readonly folder: string,
    private readonly ports: ReadonlyMap<number, number>,
    environment: Record<string, string>,
  ) {
    this.log = `${folder}.log`;
    const log = openSync(this.log, 'a');
    this.child = spawn(command!, words, {
      cwd: folder,
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'],
        ...environment,
      },
    });
    closeSync(log);
    this.over = once(this.child, 'exit').then(() => undefined);
  }

  urlOf(port: number): string {
    return `http://127.0.0.1:${this.ports.get(port)}`;
  }

  clean(text: string): string {
    const ours = new Map([...this.ports].map(([port, free]) => [free, port]));
    return replacePorts(text, ours).replaceAll(this.folder, '').replaceAll(hostname(), 'task');
  }

  ended(): Promise<string | undefined> {
    const { by } = this;
    return Promise.resolve(by === undefined ? undefined : `it ended with ${by}: ${lastWords(this.said())}`);
  }

  progress(): Promise<unknown> {
    return Promise.resolve(this.said().length);
  }

  async stop(): Promise<Ending> {
    const began = Date.now();
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_S * 1000);
    if (this.by === undefined) this.child.kill('SIGTERM');
    await this.over;
    clearTimeout(late);
    rmSync(this.folder, {
      recursive: true,
      force: true,
    });
    return {
      seconds: (Date.now() - began) / 1000,
      by: this.by!,
    };
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.over;
  }

  private get by(): number | string | undefined {
    return this.child.exitCode ?? this.child.signalCode ?? undefined;
  }

  private said(): string {
    return readFileSync(this.log, 'utf8');
  }
}
