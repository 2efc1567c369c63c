import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { DeployInput } from './deployments';
import type { GrafanaMove } from './status';
import type { RequestsPlace } from './watch';

/** A deployment as it was asked for; who asked and why are words, which the workflow reads. */
export type DeploymentRequested = Omit<DeployInput, 'by' | 'reason'>;

/** A recovery as it was asked for; what an undo is given is looked at only when it is carried out. */
export interface RecoveryRequested {
  plan: Plan;
  undos: {
    id: string;
    stage: string;
    verb: string;
    input: Record<string, unknown>;
  }[];
  weight: number;
  reason: string;
  derived: string[];
  requests?: RequestsPlace;
  grafana?: GrafanaMove;
}

/**
 * What a run was started with, checked once: whatever a later worker takes for a plan, the run goes on with this
 * answer. Both fail with a sentence where it is none, whatever was sent.
 */
export interface StartActivities {
  /** fails with type InvalidPlan */
  parsePlan(input: { sent: unknown }): Promise<Plan>;
  /** fails with type InvalidPlan or InvalidDeployment */
  parseDeployment(input: { sent: unknown }): Promise<DeploymentRequested>;
  /** fails with type InvalidPlan or InvalidRecovery */
  parseRecovery(input: { sent: unknown }): Promise<RecoveryRequested>;
}

export const START_ATTEMPTS: AttemptsOf<StartActivities> = {
  parsePlan: 'local',
  parseDeployment: 'local',
  parseRecovery: 'local',
};
