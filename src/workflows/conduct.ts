import { CancellationScope, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import type { Outcome, Status } from '../contract/status';
import { asFailure, Breach } from './engine/failures';
import { holdBroken } from './engine/hold';
import type { Run } from './engine/run';
import { listen } from './words';

/** What a run does, and how it takes that back. */
interface Runbook {
  forward: () => Promise<void>;
  goBack: (reason: string) => Promise<Outcome>;
}

/** Goes forward to the end; where it fails, a signal does, or somebody says so, all the way back. */
export async function conduct(run: Run, { forward, goBack }: Runbook): Promise<Status> {
  const { progress, watch } = run;
  listen(run);
  const scope = new CancellationScope();
  const going = scope.run(forward);
  try {
    await Promise.race([going, leaveWhenTold(run, scope, going)]);
    await CancellationScope.nonCancellable(() => watch.end());
    progress.finish('completed');
  } catch (error) {
    const reason = run.explainEnd(await findEnd(run, error));
    progress.finish(await goBackWhole(run, () => goBack(reason), going));
  }
  return run.status;
}

/**
 * An abort, a breach or a cancellation ends the way forward at once, whatever still goes on there: each undo waits for
 * its own effect, so that users wait for no other.
 * @throws CancelledFailure; not past the point of no return
 */
async function leaveWhenTold(
  { control, watch, status }: Run,
  scope: CancellationScope,
  going: Promise<void>,
): Promise<void> {
  await condition(() => control.abort !== null || watch.breach !== null).catch(() => undefined);
  scope.cancel();
  if (status.undo.irreversible !== null) return going;
  throw new CancelledFailure('it goes back');
}

/**
 * What a migration goes back for: with users on ECS nothing that nobody meant.
 * @throws TemporalFailure past the point of no return, once somebody has read it: there is no way back
 */
async function findEnd(run: Run, error: unknown): Promise<unknown> {
  const { control, watch, status, mayHaveUsers } = run;
  if (status.undo.irreversible !== null) {
    await CancellationScope.nonCancellable(() => holdBroken(run, error));
    throw asFailure(error);
  }
  const isMeant = isCancellation(error) || error instanceof Breach;
  const isTold = control.abort !== null || watch.breach !== null;
  if (isMeant || isTold || !mayHaveUsers || status.kind !== 'migration') return error;
  try {
    await holdBroken(run, error);
    return error;
  } catch (cancellation) {
    return cancellation;
  }
}

/** A cancellation does not end this; the watch shows it to the end, which comes when nothing goes on any more. */
async function goBackWhole({ watch }: Run, goBack: () => Promise<Outcome>, going: Promise<void>): Promise<Outcome> {
  try {
    return await CancellationScope.nonCancellable(async () => {
      const outcome = await goBack();
      await going.catch(() => undefined);
      await watch.end();
      return outcome;
    });
  } catch (error) {
    throw asFailure(error);
  }
}
