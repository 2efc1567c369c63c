import { NativeConnection } from '@temporalio/worker';
import { readTemporalConfig } from './config';
import { messageOf, TemporalError } from './errors';
import { noServer, REFUSED } from './texts';

/** The native connection gives no status code, only the text of one. */
const REFUSAL = /PermissionDenied|Unauthenticated|permission|credential/i;

/** A worker's connection, and the namespace that it works for. */
export interface WorkerConnection {
  connection: NativeConnection;
  namespace: string;
}

/** Connects by TEMPORAL_* and profiles. @throws TemporalError with the address, or with what refuses us */
export async function connectWorker(): Promise<WorkerConnection> {
  const { options, namespace, address } = readTemporalConfig();
  try {
    return { connection: await NativeConnection.connect(options), namespace };
  } catch (error) {
    const text = messageOf(error);
    const sentence = REFUSAL.test(text) ? REFUSED : `${noServer(address)} (${text})`;
    throw new TemporalError(sentence, { cause: error });
  }
}
