import { QueryNotRegisteredError, ServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { messageOf } from './errors';

/** A run reads what it was started with in its first task, and listens from then on; a slow worker needs seconds. */
const MOST_TRIES = 50;
const PAUSE_MS = 200;

/** Asks a run, or says a word to it, also where it has only just been started. */
export async function onceItListens<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!isDeafYet(error) || tries === MOST_TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/**
 * What the server refuses at once after three tries of a task, be it that they found no worker in time.
 * Source: temporalio/temporal, updateworkflow/api.go and queryworkflow/api.go
 */
const UNTAKEN_TASK = /due to Workflow Task in failed state/;

/** The SDK's own refusals, of which one has no type. Source: @temporalio/workflow, internals.ts, rejectBufferedUpdates */
function isDeafYet(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return true;
  if (error instanceof ServiceError) return UNTAKEN_TASK.test(messageOf(error.cause));
  return error instanceof WorkflowUpdateFailedError && /^No registered handler/.test(error.cause?.message ?? '');
}
