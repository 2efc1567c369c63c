import { isCancellation } from '@temporalio/workflow';
import type { Remains } from '../../contract/remains';
import { perform } from '../engine/activities';
import { isDenied, messageOf } from '../engine/failures';
import { holdUndo } from '../engine/hold';
import type { Run } from '../engine/run';
import { rest } from '../engine/timers';
import { listStanding, type Standing } from './standing';
import { LOOK, tellStanding, tellUnknownRemains } from './texts';

/** A look may not see yet what the way back has just done. */
const LOOKS = 3;
const PAUSE_MS = 10_000;

/**
 * The last look of a way back: what an earlier run has left is named as left over, since this one never wrote an undo
 * of it. @returns whether nothing stands
 */
export async function nameRemains(run: Run): Promise<boolean> {
  try {
    const standing = await lookForRemains(run);
    for (const { what, state } of standing) {
      run.progress.addLeftover({
        what,
        why: tellStanding(state),
      });
    }
    return standing.length === 0;
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.progress.addLeftover({
      what: LOOK,
      why: tellUnknownRemains(error),
    });
    return false;
  }
}

async function lookForRemains(run: Run): Promise<Standing[]> {
  for (let look = 1; ; look++) {
    const standing = listStanding(await findRemains(run));
    if (standing.length === 0 || look === LOOKS) return standing;
    await rest(PAUSE_MS, 'until AWS shows what was taken back');
  }
}

/** A permission that is missing holds, as it does for any undo. */
async function findRemains(run: Run): Promise<Remains> {
  const { plan, owner } = run;
  for (;;) {
    try {
      return await perform('findRemains', LOOK, { plan, owner });
    } catch (error) {
      if (!isDenied(error) || !(await holdUndo(run, LOOK, () => messageOf(error)))) throw error;
    }
  }
}
