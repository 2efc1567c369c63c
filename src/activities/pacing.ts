import { Context } from '@temporalio/activity';

function context(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}

/** Says that the activity lives and what it saw; outside a worker there is nobody to tell. */
export function heartbeat(details: unknown): void {
  context()?.heartbeat(details);
}

/** What the attempt before this one heartbeat last. */
export function lastHeartbeat<T>(): T | undefined {
  return context()?.info.heartbeatDetails as T | undefined;
}

/** Rests; a cancelled activity wakes up and throws. */
export async function rest(ms: number): Promise<void> {
  const current = context();
  if (current) await current.sleep(ms);
  else await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Rests longer than a heartbeat timeout allows, heartbeating meanwhile. */
export async function restAlive(ms: number, details: unknown): Promise<void> {
  // a cancellation is heard at a heartbeat: an abort must not wait for more
  const slice = 1000;
  for (let left = ms; left > 0; left -= slice) {
    await rest(Math.min(left, slice));
    heartbeat(details);
  }
}

/** Pauses that grow up to `ms`: what is quick is seen at once, and what takes long is not asked for often. */
export function pauses(ms: number): () => Promise<void> {
  let next = ms / 5;
  return async () => {
    const now = next;
    next = Math.min(ms, next * 1.5);
    await rest(now);
  };
}

/**
 * Looks until there is an answer, heartbeating each time.
 * @param look returns undefined while it must go on
 * @param pauseMs the longest pause between two looks
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  pauseMs: number,
  details: () => unknown,
): Promise<T> {
  const pause = pauses(pauseMs);
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    heartbeat(details());
    await pause();
  }
}
