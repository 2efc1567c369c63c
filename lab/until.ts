/** Nothing has moved for so long: what is waited for will not come. A busy server may lose a task for a minute. */
const STALL_MS = 3 * 60_000;
const PAUSE_MS = 50;
/** No look counts for more: a machine that is busy elsewhere has not stalled. */
const LONGEST_LOOK_MS = 2_000;

export interface Patience {
  /** what moves on the way there; two looks that find it equal have seen no progress */
  progress?: () => unknown;
  stallMs?: number;
  /** between two looks; absent: as `pause` */
  pauseMs?: number | undefined;
  /** ends the pause that it comes in */
  sooner?: Promise<unknown>;
}

/**
 * Looks again and again until there is something. No total time ends it.
 * @throws when nothing has moved for `stallMs`, with what was waited for and how it stood last
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { progress = () => undefined, stallMs = STALL_MS, pauseMs, sooner }: Patience = {},
): Promise<T> {
  let stood = '';
  let stillMs = 0;
  let looked = Date.now();
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    const stands = JSON.stringify(await progress()) ?? '';
    const now = Date.now();
    const lookMs = Math.min(now - looked, LONGEST_LOOK_MS);
    stillMs = stands === stood ? stillMs + lookMs : 0;
    stood = stands;
    looked = now;
    if (stillMs > stallMs) throw new Error(stallOf(what, stallMs, stood));
    await Promise.race([pause(pauseMs), ...(sooner ? [sooner] : [])]);
  }
}

function isThere<T>(seen: T | undefined | false): seen is T {
  return seen !== undefined && seen !== false;
}

function stallOf(what: string, stallMs: number, stood: string): string {
  const last = stood === '' ? '' : `; it stood at ${stood}`;
  return `waited for ${what}, and nothing moved for ${stallMs / 1000} s${last}`;
}

/** The pause between two looks. */
export function pause(milliseconds = PAUSE_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
