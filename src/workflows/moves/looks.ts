import { rest } from '../engine/timers';

/** What was made a moment ago holds within a minute, mostly. */
const LOOKS = 5;
const LOOK_MS = 20_000;

/** Looks again as long as something is not as it has to be. @throws what `failure` makes of the last look */
export async function lookUntilRight<T>(
  look: () => Promise<T>,
  listProblems: (found: T) => string[],
  failure: (found: T) => Error,
): Promise<void> {
  for (let times = 1; ; times++) {
    const found = await look();
    const [first] = listProblems(found);
    if (first === undefined) return;
    if (times === LOOKS) throw failure(found);
    await rest(LOOK_MS, first);
  }
}
