import { CancelledFailure, Context } from '@temporalio/activity';

/** A pause starts at this part of its longest, and grows by this much each time. */
const FIRST_PAUSE = 1 / 5;
const PAUSE_GROWTH = 1.5;
/** A cancellation is heard at a heartbeat: an abort must not wait for more. */
const HEARTBEAT_MS = 1000;

/**
 * Says that the activity lives and what it saw; outside a worker there is nobody to tell.
 */
export function heartbeat(details: unknown): void {
  findContext()?.heartbeat(details);
}

/** What the attempt before this one heartbeat last, whoever wrote it; undefined: it is the first, or said nothing. */
export function lastHeartbeat<T = unknown>(): T | undefined {
  return (findContext()?.info.heartbeatDetails ?? undefined) as T | undefined;
}

/** Whether the workflow wants the activity to end; a worker that shuts down cancels too, and another one goes on. */
export function wasCancelledByWorkflow(error: unknown): boolean {
  return error instanceof CancelledFailure && findContext()?.cancellationDetails?.cancelRequested === true;
}

/** Sleeps for `ms`; a cancelled activity wakes up and throws. */
export async function sleep(ms: number): Promise<void> {
  const context = findContext();
  if (context) await context.sleep(ms);
  else await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sleeps longer than a heartbeat timeout allows, heartbeating meanwhile. */
export async function sleepWithHeartbeats(ms: number, details: unknown): Promise<void> {
  for (let left = ms; left > 0; left -= HEARTBEAT_MS) {
    await sleep(Math.min(left, HEARTBEAT_MS));
    heartbeat(details);
  }
}

/**
 * Makes a pause that grows up to `longestMs`: what is quick is
 * seen at once, and what takes long is not asked for often.
 */
export function createPause(longestMs: number): () => Promise<void> {
  let next = longestMs * FIRST_PAUSE;
  return async () => {
    const current = next;
    next = Math.min(longestMs, next * PAUSE_GROWTH);
    await sleep(current);
  };
}

/**
 * Looks until there is something, heartbeating after each look in vain.
 * @param look returns undefined while it must go on
 * @param longestMs the longest pause between two looks
 * @param describe details of the heartbeat
 */
export async function pollUntil<T>(
  look: () => Promise<T | undefined>,
  longestMs: number,
  describe: () => unknown,
): Promise<T> {
  const pause = createPause(longestMs);
  for (;;) {
    const result = await look();
    if (result !== undefined) return result;
    heartbeat(describe());
    await pause();
  }
}

function findContext(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}
