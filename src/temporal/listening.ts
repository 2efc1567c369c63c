import { QueryNotRegisteredError, WorkflowUpdateFailedError } from '@temporalio/client';

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

/** The SDK's own refusals, of which one has no type. Source: @temporalio/workflow, internals.ts, rejectBufferedUpdates */
function isDeafYet(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return true;
  return error instanceof WorkflowUpdateFailedError && /^No registered handler/.test(error.cause?.message ?? '');
}
