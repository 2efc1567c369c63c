import { runWorker } from '../worker';

/** Runs a worker until SIGINT or SIGTERM. */
export function worker(): Promise<void> {
  return runWorker();
}
