import type { WorkflowHandle } from '@temporalio/client';

/** A workflow task that fails is a wedge, whatever the run came to. @returns a line each, in words */
export async function listFailedTasks(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<string[]> {
  const { events = [] } = await handle.fetchHistory();
  return events!.flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed ? [`${FAILED_TASK}: ${failed.failure?.message}`] : [],
  );
}

/** By which the report counts them. */
export const FAILED_TASK = 'a workflow task failed';
