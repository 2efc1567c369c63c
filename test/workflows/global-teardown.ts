import { once } from 'node:events';

/** Ends the dev server that global-setup.ts has started. */
export default async function stopDevServer(): Promise<void> {
  const child = globalThis.devServer;
  if (!child || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  // its state is in memory
  child.kill('SIGKILL');
  await ended;
}
