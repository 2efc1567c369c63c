import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledFailure, Context } from '@temporalio/activity';

/** A pause starts at this part of its longest, and grows by this much each time. */
const FIRST_PAUSE = 1 / 5;
const PAUSE_GROWTH = 1.5;
/**
 * A cancellation is heard at a heartbeat: an abort must not wait for more. Four of them fit into the timeout after
 * which another worker takes the activity up.
 */
const HEARTBEAT_MS = 1000;

/** What each running activity has told last. */
const told = new WeakMap<Context, unknown>();

const background = new AsyncLocalStorage<true>();

/** What runs beside an activity's own work tells nothing in its name. */
export const inBackground = <T>(run: () => Promise<T>): Promise<T> => background.run(true, run);

/** Says what the activity saw; outside a worker there is nobody to tell. */
export function heartbeat(details: unknown): void {
  const context = findContext();
  if (!context || background.getStore()) return;
  told.set(context, details);
  context.heartbeat(details);
}

/**
 * Makes an activity say that it lives for as long as it runs, whatever it does meanwhile. Each heartbeat repeats what
 * it told last, or what the attempt before it did: another one may go on from there.
 */
export function withHeartbeats<I, O>(run: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    const context = findContext();
    if (!context) return run(input);
    told.set(context, context.info.heartbeatDetails);
    const beat = () => context.heartbeat(told.get(context));
    const beating = setInterval(beat, HEARTBEAT_MS);
    try {
      return await run(input);
    } finally {
      clearInterval(beating);
    }
  };
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
 * Looks until there is something, telling after each look in vain what it saw.
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
