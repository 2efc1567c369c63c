import { WorkflowUpdateFailedError } from '@temporalio/client';
import { updates } from '../workflows/messages';
import type { Verb } from '../workflows/status';
import { handleOf, operator, withClient } from './connection';
import { liveStatus } from './live';
import { CommandError, EXIT, print } from './output';
import { view } from './view';

/** Says one word to a migration and prints what it answers; a refusal names the current state. */
export function control(verb: Verb, name: string, { json, reason, by, step }: { json?: boolean; reason?: string; by?: string; step?: string }): Promise<number> {
  return withClient(async (connected) => {
    // without a worker an update would wait without a word
    const { cutOff } = await liveStatus(connected, name);
    if (cutOff) throw new CommandError(cutOff, EXIT.failed);
    try {
      const word = { by: by ?? operator(), ...(reason ? { reason } : {}), ...(step ? { step: Number(step) } : {}) };
      const answer = await handleOf(connected, name).executeUpdate(updates[verb], { args: [word] });
      print(json, answer, [answer.accepted, ...view(answer.status)]);
      return EXIT.done;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) throw new CommandError(error.cause?.message ?? error.message, EXIT.failed);
      throw error;
    }
  });
}
