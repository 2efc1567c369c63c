/** Nothing has moved for so long: what is waited for will not come. */
export const STALL_MS = 60_000;
const PAUSE_MS = 50;
/** No look counts for more: a machine that is busy elsewhere has not stalled. */
const LONGEST_LOOK_MS = 2_000;

export interface Patience {
  /** what moves on the way there; two looks that find it equal have seen no progress */
  progress?: () => unknown;
  stallMs?: number;
  /** between two looks */
  pauseMs?: number;
}

/**
 * Looks again and again until there is something. No total time ends it.
 * @throws when nothing has moved for `stallMs`, with what was waited for and how it stood last
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { progress = () => undefined, stallMs = STALL_MS, pauseMs = PAUSE_MS }: Patience = {},
): Promise<T> {
  let stood = '';
  let stillMs = 0;
  let looked = Date.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    const stands = JSON.stringify(await progress()) ?? '';
    const now = Date.now();
    stillMs = stands === stood ? stillMs + Math.min(now - looked, LONGEST_LOOK_MS) : 0;
    stood = stands;
    looked = now;
    if (stillMs > stallMs) throw new Error(stallOf(what, stallMs, stood));
    await pause(pauseMs);
  }
}

function stallOf(what: string, stallMs: number, stood: string): string {
  const last = stood === '' ? '' : `; it stood at ${stood}`;
  return `waited for ${what}, and nothing moved for ${stallMs / 1000} s${last}`;
}

/** The pause between two looks. */
export function pause(milliseconds = PAUSE_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
