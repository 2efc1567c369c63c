import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import { toMilliseconds } from '../../plan/duration';
import { waitForDeployment } from './deployments';
import { messageOf } from './failures';
import type { Held } from './held';
import type { Run } from './run';
import { tellBeside, tellHeldUndo } from './texts';
import { listCommonVerbs, standUntil, type Description } from './standstill';

/** A hold: what stands still, and why. */
export interface Hold {
  /** `the record change` */
  what: string;
  reason: string;
}

/**
 * Repeats an effect whenever it failed and somebody said retry; begins none while paused.
 * @param what it is called in `retry of …`
 * @throws the effect's error when nobody said retry in the plan's time, before the first weight
 */
export async function retryWhenTold<T>(run: Run, what: string, effect: () => Promise<T>): Promise<T> {
  for (;;) {
    await holdWhilePaused(run);
    try {
      return await effect();
    } catch (error) {
      if (isCancellation(error)) throw error;
      letCancellationWin();
      const hold = {
        what,
        reason: messageOf(error),
      };
      if (!(await holdUntilRetry(run, hold))) throw error;
    }
  }
}

/**
 * Holds until someone says retry; of several that wait at once each has its own answer. Before the first weight no
 * longer than the plan says; from then on without an end, since users are served, and the watch goes on.
 * @returns false when nobody did in the plan's time
 */
export async function holdUntilRetry(run: Run, { what, reason }: Hold): Promise<boolean> {
  const { held: all } = run.control;
  const held = all.begin(what);
  try {
    const waiting = waitForRetry(run, held);
    let isOver = false;
    void waiting.finally(() => (isOver = true)).catch(() => undefined);
    const describe = (): Description => ({
      for: 'retry',
      what: `retry of ${tellBeside(what, all.names)}`,
      ...(all.names.length > 1 && {
        held: what,
      }),
      verbs: ['retry', ...listCommonVerbs(run)],
      reason,
    });
    await standUntil(run, describe, () => isOver);
    const isRetried = await waiting;
    letAbortWin(run);
    return isRetried;
  } finally {
    all.end(held);
  }
}

async function waitForRetry({ plan, mayHaveUsers }: Run, held: Held): Promise<boolean> {
  const { name: what } = held;
  const isRetried = () => held.answer === 'retry';
  if (!mayHaveUsers) return condition(isRetried, toMilliseconds(plan.hold), { summary: `hold: retry of ${what}` });
  await condition(isRetried);
  return true;
}

/**
 * Stands, measured, where the way forward has ended by what no retry takes up. With users on ECS only a word, a breach or
 * a cancellation goes back; past the point of no return a word ends it as it is.
 * @throws CancelledFailure
 */
export async function holdBroken(run: Run, error: unknown): Promise<void> {
  const { control, watch, status } = run;
  const isReversible = status.undo.irreversible === null;
  const verb = isReversible ? 'abort' : 'close';
  control.isClosed = false;
  const describe = (): Description => ({
    for: 'retry',
    what: `${verb}: it can go no further, and no retry takes that up`,
    verbs: [verb],
    reason: messageOf(error),
  });
  const isTold = () => control.abort !== null || control.isClosed || (isReversible && watch.breach !== null);
  await standUntil(run, describe, isTold);
}

/**
 * Holds one undo of the way back until a human has fixed what it fails at. Of several that wait at once each has its
 * own answer.
 * @param what names the undo
 * @param describeReason why, with what else waits for it, as it is now
 * @returns false when it is given up
 */
export async function holdUndo(run: Run, what: string, describeReason: () => string): Promise<boolean> {
  const { held: all } = run.control;
  const held = all.begin(what);
  const describe = (): Description => ({
    for: 'host',
    what: tellHeldUndo(what, all.names),
    held: what,
    verbs: ['retry', 'abort'],
    reason: describeReason(),
  });
  await standUntil(run, describe, () => held.answer !== null);
  all.end(held);
  return held.answer === 'retry';
}

/** Holds a way back that can't go on open, until somebody has fixed it or says close. @returns false when it is closed */
export async function holdOpen(run: Run, why: string): Promise<boolean> {
  const { control } = run;
  control.isRetried = false;
  control.isClosed = false;
  const describe = (): Description => ({
    for: 'host',
    what: `a human: ${why}, traffic stays where it works`,
    verbs: ['retry', 'close'],
    reason: 'retry takes up what was given up and goes on; close ends it as it is',
  });
  await standUntil(run, describe, () => control.isRetried || control.isClosed);
  return control.isRetried;
}

/** What somebody must say yes to. */
export interface ApprovalRequest {
  /** what an approval would let happen */
  what: string;
  reason: string;
  /** an approval must name its question */
  isGrave?: boolean;
}

/** Holds until someone approves, and while it is paused; an abort cancels it. */
export async function holdUntilApproval(run: Run, { what, reason, isGrave = false }: ApprovalRequest): Promise<void> {
  const { control } = run;
  const question = control.questions.ask(control.questions.begin(), what, isGrave);
  control.approved = null;
  const describe = (): Description => ({
    for: 'approval',
    what: `approval: ${what}`,
    question,
    verbs: ['approve', ...listCommonVerbs(run)],
    reason,
  });
  await standUntil(run, describe, () => control.approved === question.id);
  letAbortWin(run);
  await holdWhilePaused(run);
}

/** Begins nothing new while paused; timers and the watch go on. */
export async function holdWhilePaused(run: Run): Promise<void> {
  const { control, deployments } = run;
  letCancellationWin();
  if (!control.isPaused && deployments.running === null) return;
  const describe = (): Description => ({
    for: 'resume',
    what: 'resume',
    verbs: ['resume', 'abort'],
  });
  // a pause may follow a resume in the same task
  while (control.isPaused) await standUntil(run, describe, () => !control.isPaused);
  await holdWhileDeploying(run);
  letAbortWin(run);
}

/** Begins nothing new while a deployment that was let in changes what is moved. */
async function holdWhileDeploying(run: Run): Promise<void> {
  const { deployments } = run;
  const describe = () => waitForDeployment(deployments.describeRunning()!);
  await standUntil(run, describe, () => deployments.running === null);
}

/**
 * The way back has begun beside what goes on here: nothing more may begin.
 * @throws CancelledFailure
 */
function letCancellationWin(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('it goes back');
}

/**
 * What was waited for has come in the very task of an abort or a breach, which ends the forward way a moment later:
 * nothing of what comes next may begin.
 * @throws CancelledFailure
 */
export function letAbortWin({ control, watch }: Run): void {
  if (control.abort !== null || watch.breach !== null) throw new CancelledFailure('an abort came first');
}
