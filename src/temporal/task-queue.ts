import { imagesQueueOf } from '../contract/messages';
import type { Session } from './client';
import { TemporalError } from './errors';
import { noBuildWorkerPolls, noWorkerPolls } from './texts';

/** temporal.api.enums.v1.TaskQueueType */
const TASK_QUEUE_TYPE = { workflow: 1, activity: 2 } as const;

/** A start without a worker would hang without a word. @throws TemporalError when none polls the queue */
export async function requireWorker(session: Session): Promise<void> {
  const { taskQueue } = session;
  const isThere = await isPolled(session, taskQueue, TASK_QUEUE_TYPE.workflow);
  if (!isThere) throw new TemporalError(noWorkerPolls(taskQueue));
}

/** The same for the queue of hosts that build images. @throws TemporalError when none polls it */
export async function requireBuildWorker(session: Session): Promise<void> {
  const taskQueue = imagesQueueOf(session.taskQueue);
  const isThere = await isPolled(session, taskQueue, TASK_QUEUE_TYPE.activity);
  if (!isThere) throw new TemporalError(noBuildWorkerPolls(taskQueue));
}

async function isPolled({ client }: Session, name: string, taskQueueType: number): Promise<boolean> {
  const { namespace } = client.options;
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType,
  });
  const count = pollers?.length ?? 0;
  return count > 0;
}
