import type { ServiceDefinition } from '../plan/definition';
import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { Owner, Resource } from './resources';

/** An ECS service as a run found it: what its undo goes back to. */
export interface ServiceState {
  count: number;
  taskDefinition: string;
}

/** What of a service's plan its ECS service is made from. */
export type ServiceSlice = Pick<
  Plan['services'][string],
  'count' | 'port' | 'deployment' | 'capacity' | 'health' | 'store'
>;

/** How the workflow asks for one service to be in the world. */
export interface ServiceRequest {
  owner: Owner;
  service: string;
  plan: ServiceSlice;
  cluster: string;
  taskDefinition: string;
  subnets: string[];
  securityGroup: string;
  /** ARN of its Cloud Map service */
  registry: string;
  /** ARN */
  targetGroup?: string;
  /** target groups of the ingest */
  ingest?: IngestTarget[];
}

/** A target group of the ingest, and the port of the tasks that it sends to. */
interface IngestTarget {
  /** ARN */
  targetGroup: string;
  port: number;
}

export interface SteadyStateRequest {
  cluster: string;
  service: string;
  count: number;
  timeoutMs: number;
  /** the one that must run; absent: whichever it has */
  taskDefinition?: string;
  /** whether tasks of any other definition must be STOPPED too, and not merely leaving */
  alone?: boolean;
}

export interface VerificationRequest {
  cluster: string;
  service: string;
  count: number;
  /** ARNs, of the load balancer and of the ingest */
  targetGroup?: string;
  ingestGroups?: string[];
  /** ARN */
  discoveryService: string;
  logGroup: string;
}

export interface ScaleRequest {
  owner: Owner;
  cluster: string;
  service: string;
  count: number;
  /** goes over to that one too */
  taskDefinition?: string;
  /** how long the tasks that are too many may take to end */
  timeoutMs: number;
}

/** How a task of a service has ended. */
export interface TaskExit {
  task: string;
  /** of its own container; null: it never ran, or ECS does not say */
  code: number | null;
  reason?: string;
}

/** How a deployment tells ECS what a service is to run. */
export interface UpdateRequest extends Omit<ScaleRequest, 'timeoutMs'> {
  taskDefinition: string;
}

/** A task definition made from one that is registered: all of it, but for some variables. */
export interface DefinitionCopy {
  family: string;
  /** ARN */
  copyOf: string;
  /** variable → value; null: without it */
  switches: Record<string, string | null>;
}

/** Task definitions and ECS services. */
export interface ServiceActivities {
  ensureTaskDefinition(input: (ServiceDefinition | DefinitionCopy) & { owner: Owner }): Promise<Resource>;
  removeTaskDefinition(input: { owner: Owner; family: string }): Promise<void>;
  /** `taskDefinition`: the one it runs; somebody else's service keeps its own */
  ensureService(input: ServiceRequest): Promise<Resource & { taskDefinition: string }>;
  /** fails with type NotSteady and the reason in an operator's words */
  awaitSteadyState(input: SteadyStateRequest): Promise<{ running: number; seconds: number }>;
  /** targets healthy, discovery instances, log streams: what is not there, in words; empty: all is well */
  verifyService(input: VerificationRequest): Promise<{ problems: string[] }>;
  /** those that exist, by name */
  findServices(input: { cluster: string; services: string[] }): Promise<Record<string, ServiceState>>;
  /** waits until the tasks that are too many have ended; `exits`: how, where none is left */
  scaleService(input: ScaleRequest): Promise<{ before: number; exits?: TaskExit[] }>;
  /** waits for nothing; fails with type NoService where it is not there any more, or is being deleted */
  updateService(input: UpdateRequest): Promise<void>;
  removeService(input: { owner: Owner; cluster: string; service: string }): Promise<void>;
}

export const SERVICE_ATTEMPTS: AttemptsOf<ServiceActivities> = {
  ensureTaskDefinition: 'quick',
  removeTaskDefinition: 'quick',
  ensureService: 'quick',
  awaitSteadyState: 'waiting',
  verifyService: 'quick',
  findServices: 'quick',
  scaleService: 'waiting',
  updateService: 'quick',
  removeService: 'quick',
};
