import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { RestoreServiceInput, Undo } from '../../contract/undos';
import { perform, type Patience } from '../engine/activities';
import { failFor } from '../engine/failures';
import type { Run } from '../engine/run';
import { showRunningTasks } from '../moves/services';
import { carryOut } from '../undos';
import { waitForEffectsOf } from '../undone-effects';
import type { MigrationDoor } from './door';
import { tellGivenUp } from './texts';

/** Carries one undo of a deployment out; it ends when a migration that goes back has waited for long. */
export async function takeBack(run: Run, door: MigrationDoor, undo: Undo, patience: Patience): Promise<void> {
  const hasEnded = await endWhen(
    () => door.isForsaken,
    () => (undo.verb === 'restoreService' ? restore(run, door, undo, patience) : carryOut(run, undo, patience)),
  );
  if (!hasEnded) throw failFor('GivenUp', tellGivenUp());
}

/** To what it ran, and steady there; where the migration goes back nobody waits for its tasks, from the moment it says so. */
async function restore(
  run: Run,
  door: MigrationDoor,
  undo: Undo & { input: RestoreServiceInput },
  patience: Patience,
): Promise<void> {
  const { id, input } = undo;
  await waitForEffectsOf(undo);
  const { timeoutMs, ...goal } = input;
  await perform(
    'updateService',
    id,
    {
      owner: run.owner,
      ...goal,
      taskDefinition: goal.taskDefinition!,
    },
    patience,
  );
  const { service, count } = goal;
  const isSteady = await endWhen(
    () => door.isStopped,
    async () => {
      await perform(
        'awaitSteadyState',
        `${service} steady at ${count}`,
        {
          ...goal,
          timeoutMs,
        },
        patience,
      );
    },
  );
  if (isSteady) showRunningTasks(run, service, count);
}

/** Cancels an effect once something has come. @returns false when it was cancelled, or not begun */
async function endWhen(hasCome: () => boolean, effect: () => Promise<void>): Promise<boolean> {
  if (hasCome()) return false;
  const scope = new CancellationScope();
  const ending = condition(hasCome).then(() => scope.cancel());
  ending.catch(() => undefined);
  try {
    await scope.run(effect);
    return true;
  } catch (error) {
    if (isCancellation(error) && hasCome()) return false;
    throw error;
  }
}
