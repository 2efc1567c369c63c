import type { Deps } from '../../activities/clients';
import { normalise } from '../../activities/failures';
import { runScript } from '../../activities/host/ssm';
import { compose, containersOf, type Container } from '../../activities/host/stack';

/** What runs on a host, or why it can't be seen. */
export interface Running {
  instance: string;
  containers: Container[];
  unreachable?: string;
}

const TIMEOUT_S = 60;

/** Asks Docker Compose on a host, through SSM, what runs there; it changes nothing. */
export async function readRunning(deps: Deps, instance: string, directory: string): Promise<Running> {
  try {
    const { code, output, error } = await runScript(
      deps,
      instance,
      'import: docker compose ps',
      `${compose(directory)} ps --all --format json`,
      TIMEOUT_S,
    );
    if (code !== 0)
      return {
        instance,
        containers: [],
        unreachable: `docker compose in ${directory} exits with ${code}: ${error.trim().slice(0, 200)}`,
      };
    return { instance, containers: containersOf(output) };
  } catch (error) {
    return {
      instance,
      containers: [],
      unreachable: (normalise(error, 'SSM on', { instanceId: instance }) as Error).message,
    };
  }
}
