import { userInfo } from 'node:os';
import { Client, Connection, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { imagesQueueOf, TASK_QUEUE, workflowIdOf, type migrateWorkflow } from '../workflows/messages';
import { CommandError } from './output';

export interface Connected {
  client: Client;
  taskQueue: string;
  close: () => Promise<void>;
}

/** Connects by TEMPORAL_* and profiles. @throws CommandError with the address when nobody answers */
export async function connect(): Promise<Connected> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
    const client = new Client({ connection, namespace });
    return { client, taskQueue: process.env['TEMPORAL_TASK_QUEUE'] ?? TASK_QUEUE, close: () => connection.close() };
  } catch (error) {
    throw new CommandError(`no Temporal server answers at ${address}; start one (docker compose -f docker-compose.temporal.yaml up -d) or set TEMPORAL_ADDRESS`, 1, error);
  }
}

/** Runs with a connection and turns what gRPC answers into a sentence. */
export async function withClient<T>(run: (connected: Connected) => Promise<T>): Promise<T> {
  const connected = await connect();
  try {
    return await run(connected);
  } catch (error) {
    throw sentence(error);
  } finally {
    await connected.close();
  }
}

export function handleOf({ client }: Connected, name: string) {
  return client.workflow.getHandle<typeof migrateWorkflow>(workflowIdOf(name));
}

/** temporal.api.enums.v1.TaskQueueType */
const [WORKFLOW_QUEUE, ACTIVITY_QUEUE] = [1, 2];

async function isPolled({ client }: Connected, name: string, taskQueueType: number): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({ namespace: client.options.namespace, taskQueue: { name }, taskQueueType });
  return (pollers ?? []).length > 0;
}

/** Whether a worker polls the queue; a start without one would hang without a word. */
export async function requireWorker(connected: Connected): Promise<void> {
  const { taskQueue } = connected;
  if (!(await isPolled(connected, taskQueue, WORKFLOW_QUEUE))) throw new CommandError(`no worker polls task queue ${taskQueue}; start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE)`, 1);
}

/** The same for the queue of hosts that build images. */
export async function requireBuildWorker(connected: Connected): Promise<void> {
  const queue = imagesQueueOf(connected.taskQueue);
  if (!(await isPolled(connected, queue, ACTIVITY_QUEUE))) throw new CommandError(`no worker polls task queue ${queue}; start one with lgtm-migrate worker --images on a host that has Docker or Buildah, or set images.builder to none`, 1);
}

/** Who is at the keyboard. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'someone';
  }
}

const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNAUTHENTICATED = 16;

function sentence(error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError) return new CommandError(`there is no migration ${error.workflowId.replace(workflowIdOf(''), '')}; see them with temporal workflow list`, 1);
  const code = error instanceof ServiceError ? (error.cause as { code?: number } | undefined)?.code : (error as { code?: number } | undefined)?.code;
  if (code === GRPC_PERMISSION_DENIED || code === GRPC_UNAUTHENTICATED) return new CommandError('Temporal refuses these credentials; see TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_PROFILE', 1);
  return error;
}
