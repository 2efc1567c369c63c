import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { DeployInput } from './deployments';

/** A deployment as it was asked for; who asked and why are words, which the workflow reads. */
export type DeploymentRequested = Omit<DeployInput, 'by' | 'reason'>;

/**
 * What a run was started with, checked once: whatever a later worker takes for a plan, the run goes on with this
 * answer. Both fail with a sentence where it is none, whatever was sent.
 */
export interface StartActivities {
  /** fails with type InvalidPlan */
  parsePlan(input: { sent: unknown }): Promise<Plan>;
  /** fails with type InvalidPlan or InvalidDeployment */
  parseDeployment(input: { sent: unknown }): Promise<DeploymentRequested>;
}

export const START_ATTEMPTS: AttemptsOf<StartActivities> = {
  parsePlan: 'local',
  parseDeployment: 'local',
};
