import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import { toMilliseconds } from '../../plan/duration';
import { messageOf, type Breach } from './failures';
import { findBreach, measureSignals } from './measure';
import type { Run } from './run';
import type { Release } from './release';
import { describeUnwatched } from './texts';

/** A hold: what stands still, and why. */
export interface Hold {
  /** `retry of the record change` */
  what: string;
  reason: string;
  /** the services to be measured meanwhile, once users are on ECS; absent: nothing is measured */
  release?: Release;
}

/**
 * Repeats an effect whenever it failed and somebody said retry.
 * @param hold what it is called in `retry of …`; `isHeld` says which errors wait for a human, default all
 * @throws the effect's error when nobody said retry in the plan's time, or Breach
 */
export async function retryWhenTold<T>(
  migration: Run,
  hold: {
    what: string;
    release?: Release;
    isHeld?: (error: unknown) => boolean;
  },
  effect: () => Promise<T>,
): Promise<T> {
  const { what, isHeld = () => true, ...measured } = hold;
  for (;;) {
    try {
      return await effect();
    } catch (error) {
      if (isCancellation(error) || !isHeld(error)) throw error;
      const isRetried = await holdUntilRetry(migration, {
        what: `retry of ${what}`,
        reason: messageOf(error),
        ...measured,
      });
      if (!isRetried) throw error;
    }
  }
}

/**
 * Holds until someone says retry; once users are on ECS the signals are judged meanwhile.
 * @returns false when nobody did in the plan's time
 * @throws Breach: it does not wait for a human's fix
 */
export async function holdUntilRetry(migration: Run, { release, ...hold }: Hold): Promise<boolean> {
  if (!release || migration.status.weight === 0) return waitForRetry(migration, hold, () => false);
  return holdMeasured(migration, hold, release);
}

async function holdMeasured(migration: Run, hold: Omit<Hold, 'release'>, release: Release): Promise<boolean> {
  const measuring = new CancellationScope();
  let breach: Breach | null = null;
  const watching = measuring
    .run(async () => {
      const state = await measureSignals(migration, release, `before the ${hold.what}`);
      breach = findBreach(state, `before the ${hold.what}`);
    })
    .catch((error: unknown) => {
      // a hold outlives its watch: a human is there
      if (!isCancellation(error)) migration.progress.addEvent(describeUnwatched(error));
    });
  try {
    const isRetried = await waitForRetry(migration, hold, () => breach !== null);
    if (breach !== null) throw breach as Breach;
    return isRetried;
  } finally {
    measuring.cancel();
    await watching;
  }
}

async function waitForRetry(
  { control, progress, plan }: Run,
  { what, reason }: Omit<Hold, 'release'>,
  isBroken: () => boolean,
): Promise<boolean> {
  control.isRetried = false;
  progress.showWaiting({
    for: 'retry',
    what,
    verbs: ['retry', 'abort'],
    reason,
  });
  await condition(() => control.isRetried || isBroken(), toMilliseconds(plan.hold), { summary: `hold: ${what}` });
  const isRetried = control.isRetried && !isBroken();
  control.isRetried = false;
  progress.showWaiting(null);
  letAbortWin(control);
  return isRetried;
}

/** Holds the way back until a human has fixed what it can't go on without. @returns false when it is given up */
export async function holdForHuman({ control, progress }: Run, what: string, reason: string): Promise<boolean> {
  control.isRetried = false;
  control.hasSurrendered = false;
  progress.showWaiting({
    for: 'host',
    what: `a human: ${what}`,
    verbs: ['retry', 'abort'],
    reason,
  });
  await condition(() => control.isRetried || control.hasSurrendered);
  progress.showWaiting(null);
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

/** Holds until someone approves; an abort cancels it. */
export async function holdUntilApproval(run: Run, { what, reason, isGrave = false }: ApprovalRequest): Promise<void> {
  const { control, progress } = run;
  const question = control.questions.ask(control.questions.begin(), what, isGrave);
  control.approved = null;
  progress.showWaiting({
    for: 'approval',
    what: `approval: ${what}`,
    question,
    verbs: ['approve', 'abort'],
    reason,
  });
  await condition(() => control.approved === question.id);
  progress.showWaiting(null);
  letAbortWin(control);
}

/** Begins nothing new while paused; measuring goes on elsewhere. */
export async function holdWhilePaused({ control, progress }: Run): Promise<void> {
  if (!control.isPaused) return;
  progress.showWaiting({
    for: 'resume',
    what: 'resume',
    verbs: ['resume', 'abort'],
  });
  // a pause may follow a resume in the same task
  while (control.isPaused) await condition(() => !control.isPaused);
  progress.showWaiting(null);
  letAbortWin(control);
}

/**
 * What was waited for has come in the very task of an abort, which ends the forward way a moment later: nothing of what
 * comes next may begin.
 * @throws CancelledFailure
 */
export function letAbortWin({ abort }: Run['control']): void {
  if (abort !== null) throw new CancelledFailure('an abort came first');
}
