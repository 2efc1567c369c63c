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
    .action(exitWith(work));
}

/** Runs a worker until SIGINT or SIGTERM. */
async function work({ images = false }: { images?: boolean }): Promise<number> {
  const { runWorker } = await import('../worker.js');
  await runWorker({ images });
  return EXIT.done;
}
