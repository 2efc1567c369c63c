import { NativeConnection } from '@temporalio/worker';
import { noServer, REFUSED, temporalConfig } from '../temporal/config';

/** The worker's connection. @throws a sentence with the address, or with what refuses us */
export async function connectWorker(): Promise<{ connection: NativeConnection; namespace: string }> {
  const { options, namespace, address } = temporalConfig();
  try {
    return { connection: await NativeConnection.connect(options), namespace };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(
      /PermissionDenied|Unauthenticated|permission|credential/i.test(text) ? REFUSED : `${noServer(address)} (${text})`,
      { cause: error },
    );
  }
}
