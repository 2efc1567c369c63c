import { isCancellation, workflowInfo } from '@temporalio/workflow';
import { workflowIdOf } from '../../contract/messages';
import type { Owner } from '../../contract/resources';
import { findAsked, type RunKind, type Status } from '../../contract/status';
import type { Undo } from '../../contract/undos';
import type { Plan } from '../../plan/schema';
import { describeSaying, describeStatus } from '../details';
import { Control, type Situation } from './control';
import { Deployments } from './deployments';
import { Effects } from './effects';
import { Facts } from './facts';
import { messageOf } from './failures';
import { Ledger } from './ledger';
import { Progress } from './progress';
import { Watch } from './watch';

/** One run: what it was asked for, what it would take back, how far it is, what it learned and what people said. */
export class Run {
  readonly owner: Owner;
  readonly ledger = new Ledger();
  readonly effects = new Effects();
  readonly facts = new Facts();
  readonly deployments = new Deployments();
  readonly progress: Progress;
  readonly control: Control;
  readonly watch = new Watch(this);

  constructor(
    kind: RunKind,
    readonly plan: Plan,
  ) {
    const { workflowId, runId, firstExecutionRunId } = workflowInfo();
    // whoever deploys afterwards changes what the migration of this name made
    this.owner = {
      migration: workflowIdOf('migration', plan.name),
      run: firstExecutionRunId,
    };
    this.progress = new Progress(kind, plan, {
      workflowId,
      runId,
    });
    this.control = new Control(() => situationOf(this.progress));
  }

  get status(): Status {
    return this.progress.status;
  }

  /** What a deployment has made and does not keep would be the revision that somebody goes back to next time. */
  get cleansUp(): boolean {
    return this.status.kind === 'deployment' || this.plan.cleanup === 'delete';
  }

  /** From then on only a breach, a word, or a gate's timeout goes back. */
  get mayHaveUsers(): boolean {
    const { facts, watch } = this;
    return facts.hasSentUsers || facts.hasEarlierUsers || watch.hasBegun;
  }

  /** Why the way forward ended: what somebody said, what the watch saw, or the error itself. */
  explainEnd(error: unknown): string {
    const { abort } = this.control;
    if (abort) return describeSaying(abort);
    if (this.watch.breach) return this.watch.breach.message;
    return isCancellation(error) ? 'cancellation was requested' : messageOf(error);
  }

  /** Writes an undo down: before its effect. */
  writeUndo(undo: Undo): void {
    this.ledger.add(undo);
    this.countUndos();
  }

  /** Those that a way back would carry out; once it has begun, those that it has not tried to the end. */
  countUndos(): void {
    const { rollback, undo } = this.status;
    const left = rollback?.steps.filter(({ state }) => state === 'pending' || state === 'running');
    undo.pending = (left ?? this.ledger.planWayBack(this.cleansUp)).length;
  }
}

function situationOf({ status }: Progress): Situation {
  return {
    kind: status.kind,
    waiting: status.waitingFor,
    asked: findAsked(status),
    isRollingBack: status.rollback !== null,
    hasEnded: status.outcome !== null,
    irreversible: status.undo.irreversible,
    weight: status.weight,
    description: describeStatus(status),
  };
}
