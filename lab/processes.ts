import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until';

const STOP_TIMEOUT_MS = 25_000;
/** USER_HZ, as /proc counts on every common Linux. */
const TICKS_PER_S = 100;

export type PartName = 'temporal' | 'emulator' | 'worker';

/** The processes of a lab, each with a log of its own in the lab's folder. */
export class Processes {
  private readonly children = new Map<PartName, ChildProcess>();
  private stopping = false;
  /** called when a part ends that nobody stopped */
  onDeath: (name: PartName) => void = () => undefined;

  constructor(
    private readonly folder: string,
    private readonly workingDirectory: string,
  ) {
    // a process that is killed, or whose parent is, leaves nothing behind
    process.once('exit', this.killAll);
    process.once('disconnect', this.killAll);
  }

  /** Starts a part and returns at once; only the emulator's stdout can be read. */
  start(name: PartName, command: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
    const log = openSync(this.logOf(name), 'a');
    const stdout = name === 'emulator' ? 'pipe' : log;
    const child = spawn(command, args, {
      cwd: this.workingDirectory,
      env,
      stdio: ['ignore', stdout, log],
    });
    child.once('exit', () => {
      if (!this.stopping && this.children.get(name) === child) this.onDeath(name);
    });
    this.children.set(name, child);
    return child;
  }

  /** Waits until a part that was started is so. @throws when it ends before, or stalls */
  async untilUp(name: PartName, isUp: () => Promise<boolean>): Promise<void> {
    const look = async () => {
      if (!this.runs(name)) throw new Error(`${name} has ended; see its log in ${this.folder}`);
      return isUp().catch(() => false);
    };
    await until(`${name} (see its log in ${this.folder})`, look, { progress: () => statSync(this.logOf(name)).size });
  }

  /** @throws when the part ends before it has said a line */
  async firstLineOf(name: PartName): Promise<string> {
    const child = this.children.get(name)!;
    const lines = once(createInterface({ input: child.stdout! }), 'line') as Promise<[string]>;
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${name} has ended; see its log in ${this.folder}`);
    });
    const [line] = await Promise.race([lines, ended]);
    return line;
  }

  runs(name: PartName): boolean {
    const child = this.children.get(name);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  pidOf(name: PartName): number {
    return this.children.get(name)!.pid!;
  }

  /** Seconds of CPU that a part has used, and what of its children has ended; Linux only. */
  cpuOf(name: PartName): number {
    const stat = readFileSync(`/proc/${this.pidOf(name)}/stat`, 'utf8');
    // behind the name, which may hold anything, the times are the 12th to 15th
    const fields = stat.slice(stat.lastIndexOf(')')).split(' ');
    const ticks = fields.slice(12, 16).map(Number);
    return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_S;
  }

  /** Lets a part stand still, or go on. */
  freeze(name: PartName, isFrozen: boolean): void {
    this.children.get(name)!.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Ends a part, with SIGKILL when it does not go. */
  async stop(name: PartName, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.children.get(name);
    const runs = this.runs(name);
    this.children.delete(name);
    if (!child || !runs) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  }

  /** The worker first, since it talks to the others. */
  async stopAll(): Promise<void> {
    this.stopping = true;
    await this.stop('worker', 'SIGKILL');
    await Promise.all([this.stop('emulator'), this.stop('temporal')]);
    process.off('exit', this.killAll);
    process.off('disconnect', this.killAll);
  }

  private readonly killAll = (): void => {
    for (const child of this.children.values()) child.kill('SIGKILL');
  };

  private logOf(name: PartName): string {
    return join(this.folder, `${name}.log`);
  }
}
