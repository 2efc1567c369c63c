import { runWorker } from '../worker';

/** Runs a worker until SIGINT or SIGTERM; `images`: it builds them too. */
export function worker({ images }: { images?: boolean }): Promise<void> {
  return runWorker({ images: images ?? false });
}
