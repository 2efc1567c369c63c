import { COLLECTOR } from './defaults';
import { makeDefinition, makeEnvironment, type Duties, type ServiceDefinition } from './definition';
import type { Plan } from './schema';
import type { ServicePlan } from './service';

/** A service as it runs, read from ECS and from its task definition: what a deployment afterwards builds on. */
export interface RunningService {
  count: number;
  /** ARN of its task definition */
  taskDefinition: string;
  image: string;
  executionRole: string;
  taskRole: string;
  /** of its own container */
  environment: Record<string, string>;
  capacity: ServicePlan['capacity'];
  deployment: ServicePlan['deployment'];
}

/** Whether none of a service's tasks, or not all, may run while it is replaced: ECS keeps its share, rounded up. */
export function mayFallShort({ count, deployment }: Pick<ServicePlan, 'count' | 'deployment'>): boolean {
  return Math.ceil((count * deployment.minimumHealthyPercent) / 100) < count;
}

/** What a deployment gives a service beside what the plan says of it. */
export interface Renewal {
  image: string;
  /** name → ARN */
  secrets: Record<string, string>;
  duties: Duties;
  /** where the old stores answer; needed only without duties, where the plan writes to them too */
  oldHost?: string;
}

/** The definition that a service is to run: all that the plan says, and of the account what it has already. */
export function renewDefinition(
  plan: Plan,
  name: string,
  running: RunningService,
  renewal: Renewal,
): ServiceDefinition {
  const { executionRole, taskRole, environment } = running;
  const oldHost = renewal.oldHost ?? environment['OLD_HOST'];
  return makeDefinition(plan, name, renewal.duties, {
    image: renewal.image,
    executionRole,
    taskRole,
    secrets: renewal.secrets,
    ...(oldHost ? { oldHost } : {}),
  });
}

/** The variables that say whether a service has its duties. */
export function listSwitches({ services, ingestion }: Plan, name: string): string[] {
  const writesTwice = ingestion.dualWrite && name === COLLECTOR;
  return writesTwice ? [...services[name]!.duties, 'DUAL_WRITE'] : services[name]!.duties;
}

/**
 * What a copy of a service's definition is to be told, so that it has its duties or not; null: no such variable. Without
 * the duties an address of the old host that nobody gives stays as it is.
 */
export function chooseSwitches(
  plan: Plan,
  name: string,
  duties: Duties,
  oldHost?: string,
): Record<string, string | null> {
  const environment = makeEnvironment(plan, name, duties, oldHost);
  const switches = listSwitches(plan, name);
  const changed = switches.map((variable) => [variable, environment[variable] ?? null] as const);
  const isAddressChanged = switches.includes('DUAL_WRITE') && (duties === 'on' || oldHost !== undefined);
  return Object.fromEntries(
    isAddressChanged ? [...changed, ['OLD_HOST', environment['OLD_HOST'] ?? null] as const] : changed,
  );
}

/** Whether the service compacts, evaluates rules and notifies now: a deployment leaves that as it is. */
export function readDuties(plan: Plan, name: string, { environment }: RunningService): Duties {
  const { duties } = plan.services[name]!;
  const isWithout = duties.some((duty) => environment[duty] === 'off') || environment['DUAL_WRITE'] === 'on';
  return isWithout ? 'off' : 'on';
}

/** The plan's count where that has changed since the last definition; else as many as run, which somebody may have scaled. */
export function chooseCount({ services }: Plan, name: string, { count, environment }: RunningService): number {
  const planned = services[name]!.count;
  return environment['TASK_COUNT'] === String(planned) ? count : planned;
}

/** That of the revision it goes back to; as many as run where somebody has scaled it since, or that says none. */
export function choosePreviousCount(running: RunningService, registered: number | undefined): number {
  return isScaledByHand(running) ? running.count : (registered ?? running.count);
}

/** Whether another count runs than its definition was registered for. */
export function isScaledByHand({ count, environment }: RunningService): boolean {
  return environment['TASK_COUNT'] !== String(count);
}
