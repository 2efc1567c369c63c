import { userInfo } from 'node:os';
import { Client, Connection, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { noServer, REFUSED, temporalConfig } from '../temporal/config';
import { imagesQueueOf, TASK_QUEUE, workflowIdOf, type migrateWorkflow } from '../contract/messages';
import { CommandError, EXIT } from './output';

export interface Connected {
  client: Client;
  taskQueue: string;
  close: () => Promise<void>;
}

/** Connects by TEMPORAL_* and profiles. @throws CommandError with the address when nobody answers, or with what refuses us */
async function connect(): Promise<Connected> {
  const { address, namespace, options } = temporalConfig();
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: '5s' });
    const client = new Client({ connection, namespace });
    return { client, taskQueue: process.env['TEMPORAL_TASK_QUEUE'] ?? TASK_QUEUE, close: () => connection.close() };
  } catch (error) {
    throw refused(error) ?? new CommandError(noServer(address), EXIT.failed, error);
  }
}

/** Runs with a connection and turns what gRPC answers into a sentence. */
export async function withClient<T>(run: (connected: Connected) => Promise<T>): Promise<T> {
  const connected = await connect();
  try {
    return await run(connected);
  } catch (error) {
    throw sentence(error, connected.client.options.namespace);
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
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType,
  });
  return (pollers ?? []).length > 0;
}

/** Whether a worker polls the queue; a start without one would hang without a word. */
export async function requireWorker(connected: Connected): Promise<void> {
  const { taskQueue } = connected;
  if (!(await isPolled(connected, taskQueue, WORKFLOW_QUEUE)))
    throw new CommandError(
      `no worker polls task queue ${taskQueue}; start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE)`,
      1,
    );
}

/** The same for the queue of hosts that build images. */
export async function requireBuildWorker(connected: Connected): Promise<void> {
  const queue = imagesQueueOf(connected.taskQueue);
  if (!(await isPolled(connected, queue, ACTIVITY_QUEUE)))
    throw new CommandError(
      `no worker polls task queue ${queue}; start one with lgtm-migrate worker --images on a host that has Docker or Buildah, or set images.builder to none`,
      1,
    );
}

/** Who is at the keyboard. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'someone';
  }
}

/** Nobody answered in time: no worker, or a server that is just being replaced. Whoever watches goes on. */
export class NoAnswer extends CommandError {}

/** Longer than the server itself tries to hand a query to a worker that may just be starting. */
const ANSWER_MS = 15_000;

/** Asks a running worker, through Temporal. @throws NoAnswer when none answers */
export async function answered<T>({ client, taskQueue }: Connected, ask: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_MS, ask);
  } catch (error) {
    const code = codeOf(error);
    if (code === GRPC.unavailable) throw new NoAnswer(noServer(temporalConfig().address), EXIT.failed, error);
    if (code !== GRPC.deadlineExceeded && code !== GRPC.failedPrecondition && code !== GRPC.cancelled) throw error;
    throw new NoAnswer(
      `no worker answers on task queue ${taskQueue}; start one with lgtm-migrate worker (or set TEMPORAL_TASK_QUEUE): the migration stands still and loses nothing`,
      EXIT.failed,
      error,
    );
  }
}

const GRPC = {
  cancelled: 1,
  deadlineExceeded: 4,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** gRPC's status code, wherever the SDK has put it. */
function codeOf(error: unknown): number | undefined {
  const inner = error instanceof ServiceError ? error.cause : error;
  return (inner as { code?: number } | undefined)?.code;
}

function refused(error: unknown): CommandError | undefined {
  const code = codeOf(error);
  return code === GRPC.permissionDenied || code === GRPC.unauthenticated
    ? new CommandError(REFUSED, EXIT.failed, error)
    : undefined;
}

function sentence(error: unknown, namespace: string): unknown {
  const text =
    error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}` : '';
  if (/Namespace (\S+ is )?not found/i.test(text))
    return new CommandError(
      `there is no namespace ${namespace}; set TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace ${namespace}`,
      EXIT.failed,
      error,
    );
  if (error instanceof WorkflowNotFoundError)
    return new CommandError(
      `there is no migration ${error.workflowId.replace(workflowIdOf(''), '')}; see them with temporal workflow list`,
      EXIT.failed,
    );
  return refused(error) ?? error;
}
