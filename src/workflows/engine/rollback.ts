import { condition } from '@temporalio/workflow';
import { messageOf } from './failures';
import type { Migration } from './migration';
import { bePatient } from './activities';
import type { Stage, Undo } from './ledger';
import type { Outcome, Status } from '../../contract/status';

/**
 * The way back, stage by stage as saga.ts orders it. A host that can't be made healthy, or a name that can't be sent
 * back to it, freezes it: traffic stays where it works and a human is called. Any other undo that fails is named, and the rest goes on.
 */
export async function rollback(run: Migration, reason: string): Promise<Outcome> {
  const { progress, status } = run;
  const undos = run.undo.wayBack(run.cleanup);
  const back: NonNullable<Status['rollback']> = {
    reason,
    startedAt: new Date().toISOString(),
    steps: undos.map(({ what }) => ({ what, state: 'pending' })),
  };
  status.rollback = back;
  status.phases.filter(({ state }) => state === 'running').forEach(({ phase }) => progress.end(phase, 'failed'));
  status.phase = 'rollback';
  // an abort may have ended a wait
  status.waitingFor = null;
  progress.event(`going back, because ${reason}: ${undos.length} undos`);

  // before the first undo, which replaces tasks; three minutes at most
  if (run.late) progress.event(await run.late());

  let frozen: string | null = null;
  const take = async (undo: Undo) => {
    const step = back.steps[undos.indexOf(undo)]!;
    if (frozen !== null && undo.stage !== 'host') {
      progress.leftover({ what: undo.what, why: `not begun: ${frozen}, traffic stays where it works` });
      return;
    }
    step.state = 'running';
    const error = await attempt(run, undo);
    step.state = error === null ? 'done' : 'failed';
    if (error === null) {
      progress.event(undo.what);
    } else {
      step.error = error;
      progress.leftover({ what: undo.what, why: error });
      progress.event(`could not ${undo.what}: ${error}`);
      if (undo.stage === 'host') frozen = 'the host does not answer';
      if (undo.stage === 'traffic') frozen = 'a name still leads to ECS';
    }
    status.undo.pending--;
  };
  status.undo.pending = undos.length;
  for (const group of groups(undos)) {
    bePatient(!URGENT.includes(group[0]!.stage));
    await Promise.all(group.map(take));
  }
  if (!run.cleanup && run.undo.kept > 0) progress.event(`what was created is kept for the next try (cleanup: keep)`);
  return status.leftovers.length === 0 ? 'rolled-back' : 'rollback-incomplete';
}

/** One after the other, but hosts together and services together: they know nothing of each other. */
function groups(undos: Undo[]): Undo[][] {
  return undos.reduce<Undo[][]>((done, undo) => {
    const last = done.at(-1);
    const together = undo.stage === 'duties' || undo.stage === 'host' || undo.stage === 'scale';
    if (last && together && last[0]!.stage === undo.stage) last.push(undo);
    else done.push([undo]);
    return done;
  }, []);
}

/** Until users are back where it works a failure is a human's soon; what follows is tried for long. */
const URGENT: Stage[] = ['duties', 'host', 'ingestion', 'traffic'];

/** Stages whose failure waits for a human: what follows them relies on them. */
const WAITS: Stage[] = ['duties', 'host', 'traffic'];

/** null when it is done; the error when it is given up. */
async function attempt(run: Migration, undo: Undo): Promise<string | null> {
  for (;;) {
    try {
      await undo.run();
      return null;
    } catch (error) {
      if (!WAITS.includes(undo.stage)) return messageOf(error);
      run.control.retried = false;
      run.control.surrendered = false;
      run.progress.waiting({
        for: 'host',
        what: `a human: could not ${undo.what}`,
        verbs: ['retry', 'abort'],
        reason: messageOf(error),
      });
      await condition(() => run.control.retried || run.control.surrendered);
      run.progress.waiting(null);
      if (!run.control.retried) return messageOf(error);
    }
  }
}
