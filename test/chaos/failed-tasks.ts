import type { WorkflowHandle } from '@temporalio/client';

/**
 * The server gives a task back in which a run ends where a word has come meanwhile: it is done anew with that word.
 * Source: temporal.api.enums.v1.WorkflowTaskFailedCause
 */
const UNHANDLED_COMMAND = 1;

/** A workflow task that fails is a wedge, whatever the run came to. @returns a line each, in words */
export async function listFailedTasks(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<string[]> {
  const { events = [] } = await handle.fetchHistory();
  return events!.flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed && failed.cause !== UNHANDLED_COMMAND ? [`${FAILED_TASK}: ${failed.failure?.message}`] : [],
  );
}

/** By which the report counts them. */
export const FAILED_TASK = 'a workflow task failed';
