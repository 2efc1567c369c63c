import type { Command } from 'commander';
import { addCommand, exitWith } from './command';
import { EXIT } from './output';

export function registerWorker(program: Command): void {
  addCommand(program, {
    usage: 'worker',
    description: 'run a worker',
    example: 'worker --images',
  })
    .option('--images', 'build images too: on a host with Docker or Buildah')
    .option('--skip-replay-check', 'poll although open runs began with other code')
    .action(exitWith(work));
}

/** Runs a worker until SIGINT or SIGTERM. */
async function work(options: { images?: boolean; skipReplayCheck?: boolean }): Promise<number> {
  const { runWorker } = await import('../worker.js');
  await runWorker(options);
  return EXIT.done;
}
