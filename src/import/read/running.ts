import { compose, containersOf, type Container } from '../../activities/host/containers';
import type { Deps } from '../../activities/clients';
import { normaliseError } from '../../activities/failures';
import { runScript } from '../../activities/host/ssm';
import type { ComposePlace } from '../../plan/compose-place';

import { composeExits } from './texts';

export type { Container };

/** What runs on a host, or why it can't be seen. */
export interface RunningHost {
  instance: string;
  containers: Container[];
  unreachable?: string;
}

const TIMEOUT_S = 60;
const ERROR_LENGTH = 200;

/**
 * Asks Docker Compose on a host, through SSM, what runs there; it changes nothing.
 * @param place of the Compose projects on the host
 */
export async function readRunning(deps: Deps, instance: string, place: ComposePlace): Promise<RunningHost> {
  try {
    return await askHost(deps, instance, place);
  } catch (error) {
    const { message } = normaliseError(error, 'SSM on', { instanceId: instance }) as Error;
    return {
      instance,
      containers: [],
      unreachable: message,
    };
  }
}

async function askHost(deps: Deps, instance: string, place: ComposePlace): Promise<RunningHost> {
  const script = compose(place, 'ps --all --format json');
  const { code, output, error } = await runScript(deps, instance, 'import: docker compose ps', script, TIMEOUT_S);
  if (code === 0)
    return {
      instance,
      containers: containersOf(output),
    };
  const reason = error.trim().slice(0, ERROR_LENGTH);
  return {
    instance,
    containers: [],
    unreachable: composeExits(place.composeDirectory, code, reason),
  };
}
