import { condition } from '@temporalio/workflow';
import type { Outcome, RollbackStep } from '../../contract/status';
import type { Stage, Undo } from '../../contract/undos';
import type { Patience } from './activities';
import { isDenied, messageOf, typeOf } from './failures';
import { holdOpen, holdUndo } from './hold';
import type { Run } from './run';
import { tellNotWaitedFor } from './texts';

/** Carries one undo out, as patiently as its stage can. */
export type CarryOut = (undo: Undo, patience: Patience) => Promise<void>;

/** Until users are back where it works a failure is a human's soon; what follows is tried for long. */
const URGENT: readonly Stage[] = ['host', 'ingestion', 'traffic', 'duties'];

/** A failure of these waits for a human, as a permission that is missing does: what follows them relies on them. */
const RELIED_ON: readonly Stage[] = ['host', 'traffic', 'duties', 'senders'];

/** What has to be over before an undo of a stage is begun; what is not named goes on beside it. */
const NEEDS: Record<Stage, readonly Stage[]> = {
  host: [],
  ingestion: ['host'],
  traffic: ['host'],
  duties: ['host', 'traffic'],
  compaction: ['host', 'duties'],
  scale: ['ingestion', 'traffic', 'duties'],
  senders: ['traffic', 'scale'],
  data: ['traffic'],
  record: ['host', 'traffic'],
  restore: ['traffic', 'scale', 'data'],
  cleanup: ['traffic', 'scale', 'senders', 'data', 'record', 'restore'],
};

/** A stage that goes before another one where it can, and how long that waits for it at most: users wait too. */
const GOES_BEFORE: Partial<Record<Stage, { stage: Stage; mostMs: number }>> = {
  // a task of the collector is replaced in about three minutes, its draining included
  traffic: {
    stage: 'ingestion',
    mostMs: 6 * 60_000,
  },
};

/** Undos of these know nothing of each other: hosts together, zones together, services together. */
const TOGETHER: readonly Stage[] = ['host', 'traffic', 'duties', 'scale'];

/** What a stage waits for beside the stages that it needs, from the moment that those are done. */
export type Waits = Partial<Record<Stage, () => Promise<unknown>>>;

/** What a hold names of what is left; the rest is counted. */
const NAMED = 3;

/** What freezes the way back: traffic stays where it works. */
const FREEZING: Partial<Record<Stage, string>> = {
  host: 'the host does not answer',
  traffic: 'a name still leads to ECS',
};

/** Undos that are begun together, and their end. */
interface Taken {
  group: Undo[];
  done: Promise<unknown>;
}

/**
 * The way back, as contract/undos.ts orders its stages: each is begun as soon as those that it needs are over. An undo
 * that waits for a human has an answer of its own, and only what needs it waits too. A host or a name that is given up
 * freezes the way back: traffic stays where it works, until a retry takes it up again or somebody closes it. Any other
 * undo that fails is named, and the rest goes on.
 */
export class Rollback {
  private readonly undos: Undo[];
  private readonly steps: RollbackStep[];
  private frozen: string | null = null;
  private readonly failedBeside: Undo[] = [];
  /** not over yet, begun or not */
  private readonly open = new Set<Undo>();

  constructor(
    private readonly run: Run,
    private readonly carryOut: CarryOut,
  ) {
    this.undos = run.ledger.planWayBack(run.cleansUp);
    this.steps = this.undos.map(({ id }) => ({
      what: id,
      state: 'pending',
    }));
  }

  /** Shows what will be taken back. */
  begin(reason: string): void {
    const { progress, status, watch } = this.run;
    status.rollback = {
      reason,
      startedAt: new Date().toISOString(),
      steps: this.steps,
    };
    watch.stopAsking();
    progress.failRunningPhases();
    status.phase = 'rollback';
    progress.addEvent(`going back, because ${reason}: ${this.undos.length} undos`);
  }

  /**
   * Takes everything back. Where it is frozen it stays open, until a retry brings it to its end or somebody closes it.
   * @param waits what has to come before a stage is begun
   */
  async takeBack(waits: Waits = {}): Promise<Outcome> {
    const { ledger, progress, status, cleansUp } = this.run;
    let left = this.undos;
    while (left.length > 0) {
      await this.walk(left, waits);
      left = this.failedBeside.splice(0);
      if (left.length === 0 && this.frozen !== null) left = await this.reopen(this.frozen);
    }
    if (!cleansUp && ledger.countKept() > 0) {
      progress.addEvent('what was created is kept for the next try (cleanup: keep)');
    }
    return status.leftovers.length === 0 ? 'rolled-back' : 'rollback-incomplete';
  }

  /** What is to be tried once more where it is frozen; nothing: somebody has closed it. */
  private async reopen(frozen: string): Promise<Undo[]> {
    if (!(await holdOpen(this.run, frozen))) return [];
    this.frozen = null;
    return this.undos.filter((undo) => this.stepOf(undo).state !== 'done');
  }

  /** Each group waits for the stages that it needs, for what was begun before in its own, and for nothing else. */
  private async walk(left: Undo[], waits: Waits): Promise<void> {
    for (const undo of left) this.reset(undo);
    const taken: Taken[] = [];
    for (const group of groupUndos(left)) {
      taken.push({
        group,
        done: this.takeGroup(group, [...taken], waits),
      });
    }
    await Promise.all(taken.map(({ done }) => done));
  }

  private async takeGroup(group: Undo[], before: Taken[], waits: Waits): Promise<void> {
    const { stage } = group[0]!;
    const needed = before.filter((each) => NEEDS[stage].includes(each.group[0]!.stage));
    await Promise.all(needed.map(({ done }) => done));
    if (stage === 'data') await this.untilGrafanaIsBack(before);
    await this.letGoBefore(stage, before);
    if (this.frozen === null) await waits[stage]?.();
    const earlier = before.flatMap((each) => each.group).filter((undo) => undo.stage === stage);
    await condition(() => !earlier.some((undo) => this.isUnderWay(undo)));
    await Promise.all(group.map((undo) => this.take(undo)));
  }

  /** Whoever saves on the host waits for no other service: what is written is all there once Grafana's own has stopped. */
  private async untilGrafanaIsBack(before: Taken[]): Promise<void> {
    const { service } = this.run.plan.grafana;
    const undos = before.flatMap(({ group }) => group);
    const own = undos.filter((undo) => undo.verb === 'restoreService' && undo.input.service === service);
    await condition(() => !own.some((undo) => this.open.has(undo)));
  }

  /** Waits a while for what goes before a stage, but does not rely on it. */
  private async letGoBefore(stage: Stage, before: Taken[]): Promise<void> {
    const rule = GOES_BEFORE[stage];
    const first = before.filter((each) => each.group[0]!.stage === rule?.stage);
    // in a breach users are served badly where they are
    if (!rule || first.length === 0 || this.run.watch.breach !== null) return;
    let isOver = false;
    void Promise.all(first.map(({ done }) => done)).then(() => (isOver = true));
    const undone = first.flatMap(({ group }) => group.map(({ id }) => id));
    const summary = `at most, for: ${undone.join(', ')}`;
    const isDone = await condition(() => isOver, rule.mostMs, {
      summary,
    });
    if (isDone) return;
    this.run.progress.addEvent(tellNotWaitedFor(undone));
  }

  /** As if it had not been tried. */
  private reset(undo: Undo): void {
    const { status } = this.run;
    const step = this.stepOf(undo);
    this.open.add(undo);
    this.show(step, 'pending');
    delete step.error;
    status.leftovers = status.leftovers.filter(({ what }) => what !== undo.id);
  }

  private stepOf(undo: Undo): RollbackStep {
    return this.steps[this.undos.indexOf(undo)]!;
  }

  private show(step: RollbackStep, state: RollbackStep['state']): void {
    step.state = state;
    this.run.countUndos();
  }

  /** It is not over, and does not wait for a human. */
  private isUnderWay(undo: Undo): boolean {
    return this.open.has(undo) && !this.run.control.held.names.includes(undo.id);
  }

  private async take(undo: Undo): Promise<void> {
    await this.tryToTake(undo);
    this.open.delete(undo);
  }

  private async tryToTake(undo: Undo): Promise<void> {
    const { progress } = this.run;
    if (this.frozen !== null && undo.stage !== 'host') {
      progress.addLeftover({
        what: undo.id,
        why: `not begun: ${this.frozen}, traffic stays where it works`,
      });
      return;
    }
    const step = this.stepOf(undo);
    this.show(step, 'running');
    const error = await this.attempt(undo);
    if (error === null) {
      this.show(step, 'done');
      progress.addEvent(undo.id);
    } else {
      this.giveUp(undo, step, error);
    }
  }

  /** null when it is done; the error when it is given up. */
  private async attempt(undo: Undo): Promise<string | null> {
    const patience = URGENT.includes(undo.stage) ? 'ordinary' : 'long';
    for (;;) {
      try {
        // what it goes back to may have been written anew since the way back began
        await this.carryOut(this.run.ledger.find(undo.id) ?? undo, patience);
        return null;
      } catch (error) {
        const reason = messageOf(error);
        if (!RELIED_ON.includes(undo.stage) && !needsHuman(error)) return this.noteFailure(undo, reason);
        if (!(await holdUndo(this.run, undo.id, () => this.addWhatIsLeft(undo, reason)))) return reason;
      }
    }
  }

  /** What fails beside one that waits for a human may rely on it: it is tried again once that is over. */
  private noteFailure(undo: Undo, reason: string): string {
    if (this.run.control.held.names.length > 0) this.failedBeside.push(undo);
    return reason;
  }

  private addWhatIsLeft({ stage }: Undo, reason: string): string {
    const relying = this.undos.filter((undo) => reliesOn(undo.stage, stage));
    const left = relying.filter((undo) => this.stepOf(undo).state === 'pending').map(({ id }) => id);
    if (left.length === 0) return reason;
    const others = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
    return `${reason}; not begun before that: ${left.slice(0, NAMED).join(', ')}${others}`;
  }

  private giveUp(undo: Undo, step: RollbackStep, error: string): void {
    const { progress } = this.run;
    this.show(step, 'failed');
    step.error = error;
    progress.addLeftover({
      what: undo.id,
      why: error,
    });
    progress.addEvent(`could not ${undo.id}: ${error}`);
    this.frozen = FREEZING[undo.stage] ?? this.frozen;
  }
}

/** Whether another try can't help before somebody has looked. */
const needsHuman = (error: unknown): boolean => isDenied(error) || typeOf(error) === 'TasksRemain';

/** Whether a stage can't be begun before another one is over. */
function reliesOn(stage: Stage, other: Stage): boolean {
  return NEEDS[stage].some((needed) => needed === other || reliesOn(needed, other));
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
