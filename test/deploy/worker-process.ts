import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A worker as the Dockerfile starts it. */
export class WorkerProcess {
  /** what it has written to stderr */
  logged = '';
  /** its exit code; null where a signal ended it */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcessByStdio<null, null, Readable>;

  /** @param folder of the package */
  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, ['dist/worker.js'], {
      cwd: folder,
      env: {
        ...environment,
        NODE_ENV: 'production',
        NODE_NO_WARNINGS: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr.on('data', (chunk) => (this.logged += String(chunk)));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Until its log says so. @throws with what it has logged when it ends before */
  async waitUntilItRuns(): Promise<void> {
    const early = this.ended.then((code) => {
      throw new Error(`the worker ended with ${code}: ${this.logged}`);
    });
    // it ends some day, when nobody waits for this any more
    early.catch(() => undefined);
    while (!this.logged.includes('RUNNING')) {
      const more = once(this.child.stderr, 'data');
      await Promise.race([more, early]);
    }
  }

  stop(): void {
    this.child.kill('SIGTERM');
  }
}
