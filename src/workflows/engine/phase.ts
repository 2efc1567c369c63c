import { isCancellation } from '@temporalio/workflow';
import type { Phase } from '../../contract/status';
import { messageOf } from './failures';
import { holdUntilRetry, holdWhilePaused } from './hold';
import type { Run } from './run';

/** Runs a phase once. @throws what its work threw, when nothing of it goes on any more */
export async function attemptPhase<T>(run: Run, phase: Phase, work: () => Promise<T>): Promise<T> {
  const { progress, effects } = run;
  await holdWhilePaused(run);
  progress.beginPhase(phase);
  effects.forgetResources();
  try {
    const result = await work();
    await holdWhilePaused(run);
    progress.endPhase(phase, 'done');
    return result;
  } catch (error) {
    await effects.settle();
    // the way back, which has begun by then, has said so
    if (!isCancellation(error)) progress.endPhase(phase, 'failed');
    throw error;
  }
}

/** How what somebody has deleted is found, and made anew. */
export interface Mender {
  /** what is gone, in words; it never fails */
  findMissing(): Promise<string[]>;
  mend(): Promise<void>;
}

/**
 * Runs a phase that users do not feel yet (rollback case 1): a failure holds for retry or abort as long as the plan
 * says, and only then goes back. Every effect in it is idempotent, so a retry repeats it whole.
 * @param mender of what the phase stands on: a retry makes it anew first
 */
export async function runPhase<T>(run: Run, phase: Phase, work: () => Promise<T>, mender?: Mender): Promise<T> {
  if (run.progress.isSkipped(phase)) return work();
  let attempt = work;
  for (;;) {
    try {
      return await attemptPhase(run, phase, attempt);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const missing = (await mender?.findMissing()) ?? [];
      const hold = {
        what: phase,
        reason: [messageOf(error), ...missing].join('; '),
      };
      if (!(await holdUntilRetry(run, hold))) throw error;
      attempt = () => mendFirst(work, missing.length > 0 ? mender : undefined);
    }
  }
}

async function mendFirst<T>(work: () => Promise<T>, mender: Mender | undefined): Promise<T> {
  await mender?.mend();
  return work();
}
