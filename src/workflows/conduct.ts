import { CancellationScope, condition } from '@temporalio/workflow';
import type { Outcome, Status } from '../contract/status';
import { asFailure } from './engine/failures';
import type { Run } from './engine/run';
import { listen } from './words';

/** What a run does, and how it takes that back. */
interface Runbook {
  forward: () => Promise<void>;
  goBack: (reason: string) => Promise<Outcome>;
}

/** Goes forward to the end; where it fails, a signal does, or somebody says so, all the way back. */
export async function conduct(run: Run, { forward, goBack }: Runbook): Promise<Status> {
  const { control, progress, watch } = run;
  listen(run);
  const scope = new CancellationScope();
  const aborting = condition(() => control.abort !== null || watch.breach !== null).then(() => scope.cancel());
  aborting.catch(() => undefined);
  try {
    await scope.run(forward);
    await CancellationScope.nonCancellable(() => watch.end());
    progress.finish('completed');
  } catch (error) {
    const reason = run.explainEnd(error);
    progress.finish(await goBackWhole(run, () => goBack(reason)));
  }
  return run.status;
}

/** A cancellation does not end this; the watch shows it to the end. */
async function goBackWhole({ watch }: Run, goBack: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await CancellationScope.nonCancellable(async () => {
      const outcome = await goBack();
      await watch.end();
      return outcome;
    });
  } catch (error) {
    throw asFailure(error);
  }
}
