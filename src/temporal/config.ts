import { loadClientConnectConfig } from '@temporalio/envconfig';
import { messageOf, TemporalError } from './errors';
import { unreadableConfig } from './texts';

const DEFAULT_ADDRESS = 'localhost:7233';

/** Address, namespace, TLS and API key from TEMPORAL_* and profiles. @throws TemporalError where they can't be read */
export function readTemporalConfig() {
  try {
    const { connectionOptions: options, namespace = 'default' } = loadClientConnectConfig();
    const address = options.address ?? DEFAULT_ADDRESS;
    return {
      options,
      namespace,
      address,
    };
  } catch (error) {
    throw new TemporalError(unreadableConfig(messageOf(error)), { cause: error });
  }
}

export type TemporalConfig = ReturnType<typeof readTemporalConfig>;
