import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { TASK_QUEUE, workflowIdOf } from '../contract/messages';
import { readTemporalConfig, type TemporalConfig } from './config';
import { dataConverter } from './data-converter';
import { TemporalError } from './errors';
import { refusalOf } from './grpc-status';
import { noNamespace, noRun, noServer } from './texts';

/** A connection of the command line, and the task queue that its words are for. */
export interface Session {
  client: Client;
  taskQueue: string;
}

const CONNECT_TIMEOUT = '5s';

/**
 * Runs with a connection by TEMPORAL_* and profiles, and closes it.
 * @throws TemporalError with the address when nobody answers, or with what refuses us or is not there
 */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const config = readTemporalConfig();
  const { namespace } = config;
  const connection = await connect(config);
  const client = new Client({
    connection,
    namespace,
    dataConverter,
  });
  try {
    return await work({
      client,
      taskQueue: process.env['TEMPORAL_TASK_QUEUE'] ?? TASK_QUEUE,
    });
  } catch (error) {
    throw explainError(error, namespace);
  } finally {
    await connection.close();
  }
}

async function connect({ address, options }: TemporalConfig): Promise<Connection> {
  try {
    return await Connection.connect({
      ...options,
      connectTimeout: CONNECT_TIMEOUT,
    });
  } catch (error) {
    throw (
      refusalOf(error) ??
      new TemporalError(noServer(address), {
        cause: error,
      })
    );
  }
}

/** The sentence for what gRPC answered, where there is one. */
function explainError(error: unknown, namespace: string): unknown {
  if (/Namespace (\S+ is )?not found/i.test(messagesOf(error)))
    return new TemporalError(noNamespace(namespace), {
      cause: error,
    });
  if (error instanceof WorkflowNotFoundError) {
    return new TemporalError(describeMissing(error.workflowId), { cause: error });
  }
  return refusalOf(error) ?? error;
}

function describeMissing(workflowId: string): string {
  const prefix = workflowIdOf('deployment', '');
  const isDeployment = workflowId.startsWith(prefix);
  if (isDeployment) return noRun('deployment', workflowId.replace(prefix, ''));
  return noRun('migration', workflowId.replace(workflowIdOf('migration', ''), ''));
}

/** The error's message and that of its cause: the SDK says which namespace in the one or the other. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return `${error.message} ${cause}`;
}
