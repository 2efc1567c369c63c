import { spawn, type ChildProcess } from 'node:child_process';
import { findFreePorts, isListening } from '../../lab/ports';
import { devServerArguments } from '../../lab/temporal';
import { compiled, temporalPath } from '../../lab/tools';
import { until } from '../../lab/until';

declare global {
  var devServer: ChildProcess | undefined;
}

/** One dev server in memory for all files of this tier, and the workflow bundled once; jest calls it first. */
export default async function startDevServer(): Promise<void> {
  compiled('workflow');
  const [port] = await findFreePorts(1);
  const child = spawn(temporalPath(), devServerArguments({ port: port! }), { stdio: 'ignore' });
  globalThis.devServer = child;
  process.env['DEV_SERVER'] = `127.0.0.1:${port}`;
  await until('the Temporal dev server', () => {
    if (child.exitCode !== null) throw new Error(`the Temporal dev server ended with ${child.exitCode}`);
    return isListening(port!);
  });
}
