import { CancellationScope, condition } from '@temporalio/workflow';
import type { MigrateInput } from '../contract/messages';
import type { Outcome, Status } from '../contract/status';
import { asFailure } from './engine/failures';
import { runPhase } from './engine/phase';
import { Rollback } from './engine/rollback';
import { Run } from './engine/run';
import { parsePlan } from './input';
import { tellOverlap } from './moves/duties';
import { measureLateRollback } from './moves/handover';
import { decommission } from './phases/decommission';
import { deploy } from './phases/deploy';
import { images } from './phases/images';
import { preflight } from './phases/preflight';
import { provision } from './phases/provision';
import { shift } from './phases/shift';
import { carryOut } from './undos';
import { listen } from './words';

/** One migration of one stack, from the first look at the account to the last host, or all the way back. */
export async function migrate(input?: MigrateInput): Promise<Status> {
  const migration = new Run('migration', parsePlan(input));
  const { control, progress, watch } = migration;
  listen(migration);
  const forward = new CancellationScope();
  const aborting = condition(() => control.abort !== null || watch.breach !== null).then(() => forward.cancel());
  aborting.catch(() => undefined);
  try {
    await forward.run(() => followRunbook(migration));
    await CancellationScope.nonCancellable(() => watch.end());
    progress.finish('completed');
  } catch (error) {
    progress.finish(await goBack(migration, migration.explainEnd(error)));
  }
  return migration.status;
}

/** The plan document, top to bottom. */
async function followRunbook(migration: Run): Promise<void> {
  const survey = await runPhase(migration, 'preflight', () => preflight(migration));
  const platform = await runPhase(migration, 'provision', () => provision(migration, survey));
  const built = await runPhase(migration, 'images', () => images(migration));
  const release = await runPhase(migration, 'deploy', () => deploy(migration, survey, platform, built));
  await shift(migration, survey, release);
  await decommission(migration, survey, release);
}

/** Everything that was done, taken back; a cancellation does not end this. */
async function goBack(migration: Run, reason: string): Promise<Outcome> {
  try {
    return await CancellationScope.nonCancellable(async () => {
      const rollback = new Rollback(migration, (undo, patience) => carryOut(migration, undo, patience));
      rollback.begin(reason);
      tellOverlap(migration);
      // beside the host, which starts at once
      const asked = measureLateRollback(migration).then((loss) => {
        if (loss !== null) migration.progress.addEvent(loss);
      });
      const outcome = await rollback.takeBack(asked);
      await migration.watch.end();
      return outcome;
    });
  } catch (error) {
    throw asFailure(error);
  }
}
