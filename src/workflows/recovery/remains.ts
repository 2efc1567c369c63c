import { isCancellation } from '@temporalio/workflow';
import type { Remains } from '../../contract/remains';
import type { Leftover } from '../../contract/status';
import { perform } from '../engine/activities';
import { isDenied, messageOf } from '../engine/failures';
import { holdUndo } from '../engine/hold';
import type { Run } from '../engine/run';
import { rest } from '../engine/timers';
import { withAddresses } from '../moves/records';
import { listStanding, type Standing } from './standing';
import { LOOK, tellEditedSince, tellStanding, tellStoppedSince, tellUnknownRemains } from './texts';

/** A look may not see yet what the way back has just done. */
const LOOKS = 3;
const PAUSE_MS = 10_000;

/**
 * The last look of a way back: what an earlier run has left is named as left over, since this one never wrote an undo
 * of it, and so is what somebody has changed of what was given back. @returns whether all is as it was
 */
export async function nameRemains(run: Run): Promise<boolean> {
  try {
    const leftovers = await lookForRemains(run);
    for (const leftover of leftovers) run.progress.addLeftover(leftover);
    return leftovers.length === 0;
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.progress.addLeftover({
      what: LOOK,
      why: tellUnknownRemains(error),
    });
    return false;
  }
}

async function lookForRemains(run: Run): Promise<Leftover[]> {
  for (let look = 1; ; look++) {
    const remains = await findRemains(run);
    const leftovers = [...listStanding(remains).map(describeStanding), ...listUndone(run, remains)];
    if (leftovers.length === 0 || look === LOOKS) return leftovers;
    await rest(PAUSE_MS, 'until AWS shows what was taken back');
  }
}

const describeStanding = ({ what, state }: Standing): Leftover => ({
  what,
  why: tellStanding(state),
});

/** What somebody has done to names and hosts after they were given back. */
function listUndone({ ledger }: Run, { edits = [], hosts }: Remains): Leftover[] {
  const led = ledger.list().flatMap(({ verb, input }) => (verb === 'restoreTraffic' ? (input.hosts ?? []) : []));
  const stopped = hosts.filter(
    ({ instanceId, state, run }) => led.includes(instanceId) && state !== 'running' && run === undefined,
  );
  return [
    ...edits.map(({ name, text }) => ({
      what: name,
      why: tellEditedSince(text),
    })),
    ...stopped.map(({ instanceId, state }) => ({
      what: instanceId,
      why: tellStoppedSince(state),
    })),
  ];
}

/** A permission that is missing holds, as it does for any undo. */
async function findRemains(run: Run): Promise<Remains> {
  const { plan, owner, ledger } = run;
  const restored = ledger
    .list()
    .flatMap(({ verb, input }) => (verb === 'restoreRecords' ? [withAddresses(run, input)] : []));
  for (;;) {
    try {
      return await perform('findRemains', LOOK, {
        plan,
        owner,
        restored,
      });
    } catch (error) {
      if (!isDenied(error) || !(await holdUndo(run, LOOK, () => messageOf(error)))) throw error;
    }
  }
}
