import { WorkflowUpdateFailedError } from '@temporalio/client';
import { updates } from '../contract/messages';
import type { Verb } from '../contract/verbs';
import { handleOf, operator, withClient } from './connection';
import { liveStatus } from './live';
import { CommandError, EXIT, print } from './output';
import { view } from './view';

/** Says one word to a migration and prints what it answers; a refusal names the current state. */
export function control(
  verb: Verb,
  name: string,
  { json, reason, by, step }: { json?: boolean; reason?: string; by?: string; step?: string },
): Promise<number> {
  return withClient(async (connected) => {
    // without a worker an update would wait without a word
    const { status, cutOff } = await liveStatus(connected, name);
    if (cutOff) throw new CommandError(cutOff, EXIT.failed);
    // Temporal answers as if an ended run were not there
    if (status.outcome)
      throw new CommandError(
        `${verb} refused: ${name} ended ${status.outcome} at ${status.endedAt}${status.undo.irreversible ? `, ${status.undo.irreversible}; start the hosts again from their backup image` : ''}; see lgtm-migrate status ${name}`,
        EXIT.failed,
      );
    try {
      const word = { by: by ?? operator(), ...(reason ? { reason } : {}), ...(step ? { step: Number(step) } : {}) };
      const answer = await handleOf(connected, name).executeUpdate(updates[verb], { args: [word] });
      print(json, answer, [answer.accepted, ...view(answer.status)]);
      return EXIT.done;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError)
        throw new CommandError(error.cause?.message ?? error.message, EXIT.failed);
      throw error;
    }
  });
}
