import { isCancellation } from '@temporalio/workflow';
import type { Phase } from '../../contract/status';
import { messageOf } from './failures';
import { holdUntilRetry, holdWhilePaused } from './hold';
import type { Run } from './run';

/**
 * Runs a phase that users do not feel yet (rollback case 1): a failure holds for retry or abort as long as the plan
 * says, and only then goes back. Every effect in it is idempotent, so a retry repeats it whole.
 */
export async function runPhase<T>(run: Run, phase: Phase, work: () => Promise<T>): Promise<T> {
  const { progress } = run;
  if (progress.isSkipped(phase)) return work();
  for (;;) {
    await holdWhilePaused(run);
    progress.beginPhase(phase);
    run.effects.forgetResources();
    try {
      const result = await work();
      await holdWhilePaused(run);
      progress.endPhase(phase, 'done');
      return result;
    } catch (error) {
      await run.effects.settle();
      progress.endPhase(phase, 'failed');
      if (isCancellation(error)) throw error;
      const isRetried = await holdUntilRetry(run, { what: `retry of ${phase}`, reason: messageOf(error) });
      if (!isRetried) throw error;
    }
  }
}
