import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './programs.mjs';

/**
 * Runs a command and says how it went and how long it took.
 * @returns its output where it is piped, and whether it ended well
 */
export async function runStep(name, [program, ...args], { stdio = 'pipe', env = {} } = {}) {
  const began = Date.now();
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => (output += chunk));
  }
  const [code] = await once(child, 'close');
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${output}── ${name}: ${code === 0 ? 'good' : 'failed'}, ${seconds} s\n`);
  return {
    output,
    isGood: code === 0,
  };
}
