import { CancellationScope, getExternalWorkflowHandle, type SignalDefinition } from '@temporalio/workflow';
import { messageOf } from './failures';

/** Another workflow, by its id; with a run id only that run. */
interface Neighbour {
  workflowId: string;
  runId?: string;
}

/** What the SDK's core says of a workflow that is not there or has ended; it has no type for it. */
const NOT_FOUND = /was not found/;

/** Sends a signal to another workflow, whatever is cancelled meanwhile. @returns whether it is there */
export function tellNeighbour<Args extends unknown[]>(
  { workflowId, runId }: Neighbour,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<boolean> {
  return CancellationScope.nonCancellable(async () => {
    try {
      await getExternalWorkflowHandle(workflowId, runId).signal(signal, ...args);
      return true;
    } catch (error) {
      if (NOT_FOUND.test(messageOf(error))) return false;
      throw error;
    }
  });
}
