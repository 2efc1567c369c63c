import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './programs.mjs';

/**
 * Runs a command and says how it went and how long it took.
 * @param hasGroup whether what it leaves behind is ended with it
 * @returns its output where it is piped, and whether it ended well
 */
export async function runStep(name, [program, ...args], { stdio = 'pipe', env = {}, hasGroup = false } = {}) {
  const began = Date.now();
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
    detached: hasGroup,
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
  const stop = hasGroup ? endWithUs(child) : undefined;
  const [code] = await once(child, 'close');
  stop?.();
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${output}── ${name}: ${code === 0 ? 'good' : 'failed'}, ${seconds} s\n`);
  return {
    output,
    isGood: code === 0,
  };
}

/** A group of its own hears no Ctrl-C. @returns what ends whoever is left of it */
function endWithUs(child) {
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // nobody is left
    }
  };
  const end = () => {
    stop();
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
    stop();
  };
}
