import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Emulator, type World } from '../../lab/emulator';
import { emulatorPython } from '../../lab/tools';

const ROOT = join(__dirname, '../..');

/** An emulated AWS of one test file, without Temporal: what activities and the SDK see. */
export class OwnEmulator extends Emulator {
  constructor(
    url: string,
    /** the account as it was at the start */
    readonly account: World,
    private readonly child: ChildProcess,
    /** of its public DNS, HOST:PORT */
    readonly dns: string,
  ) {
    super(url);
  }

  /** Ends it, unless it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

/**
 * Starts one; the clients of this process find it
 * by AWS_ENDPOINT_URL, as those of a worker do.
 */
export async function startEmulator(...args: string[]): Promise<OwnEmulator> {
  const child = spawn(emulatorPython, ['-m', 'emulator', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = createInterface({ input: child.stdout });
  const [line] = (await once(output, 'line')) as [string];
  const { aws, dns } = JSON.parse(line) as { aws: string; dns: string };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws,
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    PUBLIC_RESOLVER: dns,
  });
  return new OwnEmulator(aws, await new Emulator(aws).world(), child, dns);
}
