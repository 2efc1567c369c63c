import type { Steps } from './steps';

const PORT = 12345;

/** Alloy keeps nothing: it takes its configuration, is ready, and ends. */
export async function tryAlloy(steps: Steps): Promise<void> {
  await steps.take(async () => {
    await steps.start('ready', PORT, '/-/ready');
    await steps.stop('ends by SIGTERM');
  });
}
