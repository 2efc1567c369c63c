import type { ServiceDefinition } from '../plan/definition';
import type { RunningService } from '../plan/deployment';
import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { Platform } from './platform';
import type { Owner } from './resources';

/** What a deployment afterwards is started with. */
export interface DeployInput {
  plan: Plan;
  /** absent: every service of the plan */
  services?: string[];
  /** service → `<uri>@sha256:…`: what was pushed already; absent: a worker builds, or ECR's newest */
  images?: Record<string, string>;
  /** to the revision before the one that runs */
  previous?: boolean;
  /** also in the week before a migration terminates its hosts */
  duringWeek?: boolean;
  by?: string;
  reason?: string;
}

/** The stack as it runs. */
export interface RunningStack {
  platform: Platform;
  subnets: string[];
  services: Record<string, RunningService>;
}

/** One thing of a task definition or a service that a deployment changes; of a secret no value. */
export interface Change {
  /** `image`, `environment GF_LOG_LEVEL`, `cpu` */
  what: string;
  /** absent: of the task or the service */
  container?: string;
  /** null: it was not there */
  from: string | null;
  /** null: it will not be there */
  to: string | null;
}

interface PreviousDefinition {
  taskDefinition: string;
  image: string;
  /** that it was registered for */
  count?: number;
  changes: Change[];
}

/** What runs, and how it differs from what shall run; all of these only read. */
export interface DeploymentActivities {
  /** fails with type NeverMigrated where the cluster or one of the services is not there */
  findStack(input: { plan: Plan; owner: Owner; services: string[] }): Promise<RunningStack>;
  /** what would change were the definition registered in place of the one that runs; empty: nothing */
  compareDefinition(input: { runs: string; definition: ServiceDefinition }): Promise<{ changes: Change[] }>;
  /**
   * The newest revision of ours before the one that runs that has these variables with the same values.
   * Fails with type NoPrevious.
   */
  findPreviousDefinition(input: {
    owner: Owner;
    service: string;
    runs: string;
    switches: string[];
  }): Promise<PreviousDefinition>;
}

export const DEPLOYMENT_ATTEMPTS: AttemptsOf<DeploymentActivities> = {
  findStack: 'quick',
  compareDefinition: 'quick',
  findPreviousDefinition: 'quick',
};

/** What a deployment asks a migration of its stack. */
export interface DeploymentRequest {
  runId: string;
  /** that its resources are tagged with */
  firstRunId: string;
  services: string[];
  duringWeek: boolean;
}

/** `before`: no weight was set yet, so that no user is on ECS. `week`: the hosts stand still, and may come back. */
export type Moment = 'before' | 'week';

/** What the migration answers: a refusal is a sentence with the way out. */
export type DeploymentAnswer = { refusal: string } | Permit;

/** The migration stands still until it hears that the deployment has ended. */
export interface Permit {
  refusal: null;
  moment: Moment;
  /** where the old stores answer */
  oldHost?: string;
}

/** A service as a deployment leaves it. */
export interface DeployedService {
  taskDefinition: string;
  /** what a migration goes back to in its week */
  withoutDuties?: string;
  count: number;
  image: string;
}

/** How a deployment within a migration has ended; neither services nor leftovers: all are as they were. */
export interface EndedDeployment {
  runId: string;
  services: Record<string, DeployedService>;
  /** what its way back could not put back, each with the reason */
  leftovers?: string[];
}
