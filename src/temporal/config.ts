import { loadClientConnectConfig } from '@temporalio/envconfig';

export const REFUSED = 'Temporal refuses these credentials; see TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_PROFILE';
export const noServer = (address: string): string =>
  `no Temporal server answers at ${address}; start one (docker compose -f docker-compose.temporal.yaml up -d) or set TEMPORAL_ADDRESS`;

/** Address, namespace, TLS and API key from TEMPORAL_* and profiles. @throws with the variables' names where they can't be read */
export function temporalConfig() {
  try {
    const { connectionOptions: options, namespace = 'default' } = loadClientConnectConfig();
    return { options, namespace, address: options.address ?? 'localhost:7233' };
  } catch (error) {
    throw new Error(
      `Temporal's configuration can't be read: ${error instanceof Error ? error.message : String(error)}; see TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and TEMPORAL_TLS_*`,
      { cause: error },
    );
  }
}
