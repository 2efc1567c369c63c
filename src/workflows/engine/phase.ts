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
    progress.endPhase(phase, 'failed');
    throw error;
  }
}

/**
 * Runs a phase that users do not feel yet (rollback case 1): a failure holds for retry or abort as long as the plan
 * says, and only then goes back. Every effect in it is idempotent, so a retry repeats it whole.
 */
export async function runPhase<T>(run: Run, phase: Phase, work: () => Promise<T>): Promise<T> {
  if (run.progress.isSkipped(phase)) return work();
  for (;;) {
    try {
      return await attemptPhase(run, phase, work);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const isRetried = await holdUntilRetry(run, { what: `retry of ${phase}`, reason: messageOf(error) });
      if (!isRetried) throw error;
    }
  }
}
