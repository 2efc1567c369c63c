import type { Outcome, RollbackStep } from '../../contract/status';
import type { Stage, Undo } from '../../contract/undos';
import type { Patience } from './activities';
import { isDenied, messageOf } from './failures';
import { holdForHuman } from './hold';
import type { Run } from './run';

/** Carries one undo out, as patiently as its stage can. */
export type CarryOut = (undo: Undo, patience: Patience) => Promise<void>;

/** Until users are back where it works a failure is a human's soon; what follows is tried for long. */
const URGENT: readonly Stage[] = ['host', 'ingestion', 'traffic', 'duties'];

/** A failure of these waits for a human, as a permission that is missing does: what follows them relies on them. */
const RELIED_ON: readonly Stage[] = ['host', 'traffic', 'duties'];

/** Undos of these know nothing of each other: hosts together, services together. */
const TOGETHER: readonly Stage[] = ['host', 'duties', 'scale'];

/** These replace or stop tasks that hold data. */
const STOPPING: readonly Stage[] = ['duties', 'scale'];

/** What a hold names of what is left; the rest is counted. */
const NAMED = 3;

/** What freezes the way back: traffic stays where it works. */
const FREEZING: Partial<Record<Stage, string>> = {
  host: 'the host does not answer',
  traffic: 'a name still leads to ECS',
};

/**
 * The way back, stage by stage as contract/undos.ts orders it. A host that can't be made healthy, or a name that can't
 * be sent back to it, freezes it: traffic stays where it works and a human is called. Any other undo that fails is
 * named, and the rest goes on.
 */
export class Rollback {
  private readonly undos: Undo[];
  private readonly steps: RollbackStep[];
  private frozen: string | null = null;

  constructor(
    private readonly run: Run,
    private readonly carryOut: CarryOut,
  ) {
    this.undos = run.ledger.planWayBack(run.cleansUp);
    this.steps = this.undos.map(({ id }) => ({ what: id, state: 'pending' }));
  }

  /** Shows what will be taken back. */
  begin(reason: string): void {
    const { progress, status } = this.run;
    status.rollback = {
      reason,
      startedAt: new Date().toISOString(),
      steps: this.steps,
    };
    progress.failRunningPhases();
    status.phase = 'rollback';
    progress.addEvent(`going back, because ${reason}: ${this.undos.length} undos`);
  }

  /**
   * Takes everything back.
   * @param asked what the tasks are still asked for: none is replaced or stopped before it has come
   */
  async takeBack(asked: Promise<unknown> = Promise.resolve()): Promise<Outcome> {
    const { ledger, progress, status, cleansUp } = this.run;
    status.undo.pending = this.undos.length;
    for (const group of groupUndos(this.undos)) {
      if (STOPPING.includes(group[0]!.stage)) await asked;
      await Promise.all(group.map((undo) => this.take(undo)));
    }
    if (!cleansUp && ledger.countKept() > 0) {
      progress.addEvent('what was created is kept for the next try (cleanup: keep)');
    }
    return status.leftovers.length === 0 ? 'rolled-back' : 'rollback-incomplete';
  }

  private async take(undo: Undo): Promise<void> {
    const { progress, status } = this.run;
    if (this.frozen !== null && undo.stage !== 'host') {
      progress.addLeftover({ what: undo.id, why: `not begun: ${this.frozen}, traffic stays where it works` });
      return;
    }
    const step = this.steps[this.undos.indexOf(undo)]!;
    step.state = 'running';
    const error = await this.attempt(undo);
    if (error === null) {
      step.state = 'done';
      progress.addEvent(undo.id);
    } else {
      this.giveUp(undo, step, error);
    }
    status.undo.pending--;
  }

  /** null when it is done; the error when it is given up. */
  private async attempt(undo: Undo): Promise<string | null> {
    const patience = URGENT.includes(undo.stage) ? 'ordinary' : 'long';
    for (;;) {
      try {
        await this.carryOut(undo, patience);
        return null;
      } catch (error) {
        const reason = messageOf(error);
        const waits = RELIED_ON.includes(undo.stage) || isDenied(error);
        if (!waits) return reason;
        if (!(await holdForHuman(this.run, `could not ${undo.id}`, this.addWhatIsLeft(reason)))) return reason;
      }
    }
  }

  private addWhatIsLeft(reason: string): string {
    const left = this.steps.filter(({ state }) => state === 'pending').map(({ what }) => what);
    if (left.length === 0) return reason;
    const others = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
    return `${reason}; not begun before that: ${left.slice(0, NAMED).join(', ')}${others}`;
  }

  private giveUp(undo: Undo, step: RollbackStep, error: string): void {
    const { progress } = this.run;
    step.state = 'failed';
    step.error = error;
    progress.addLeftover({ what: undo.id, why: error });
    progress.addEvent(`could not ${undo.id}: ${error}`);
    this.frozen = FREEZING[undo.stage] ?? this.frozen;
  }
}

/** One after the other, but those of some stages side by side. */
function groupUndos(undos: Undo[]): Undo[][] {
  const groups: Undo[][] = [];
  for (const undo of undos) {
    const last = groups.at(-1);
    if (last && TOGETHER.includes(undo.stage) && last[0]!.stage === undo.stage) last.push(undo);
    else groups.push([undo]);
  }
  return groups;
}
