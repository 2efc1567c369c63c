import type { DeployInput } from '../contract/deployments';
import type { RecoverInput } from '../contract/recovery';
import type { Undo } from '../contract/undos';
import type { Plan } from '../plan/schema';
import { perform } from './engine/activities';
import { unwrapFailure } from './engine/failures';
import { readWord } from './engine/word';

/**
 * The plan that a workflow was started with, as an activity has read it: a later worker may take other plans, and the
 * run goes on with what its first one took.
 * @throws InvalidPlan, whatever it is: anything else would fail the first task for ever
 */
export function parsePlan(sent: unknown): Promise<Plan> {
  return perform('parsePlan', 'the plan', { sent }).catch(throwCause);
}

/** The same of a deployment. @throws InvalidPlan or InvalidDeployment */
export async function parseDeployment(sent: unknown): Promise<DeployInput & { by: string; reason: string }> {
  const request = await perform('parseDeployment', 'the plan and what is asked', { sent }).catch(throwCause);
  const { by, reason } = readWord(pickWord(sent));
  return {
    ...request,
    by,
    reason,
  };
}

/** The same of a recovery. @throws InvalidPlan or InvalidRecovery */
export async function parseRecovery(sent: unknown): Promise<RecoverInput> {
  const request = await perform('parseRecovery', 'the plan and what is taken back', { sent }).catch(throwCause);
  const undos = request.undos as unknown as Undo[];
  return {
    ...request,
    undos,
  };
}

/** Of an input that was taken: it is an object. */
function pickWord(sent: unknown) {
  const { by, reason } = sent as Pick<DeployInput, 'by' | 'reason'>;
  return { by, reason };
}

/** Who started it reads why it is none, not that an activity failed. */
function throwCause(error: unknown): never {
  throw unwrapFailure(error);
}
