import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
  type Deployment,
  type Service,
} from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { ScaleRequest, ServiceRequest, ServiceState, UpdateRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { isOurs, ownershipOf } from '../owner';
import { addTargets, buildPatience, buildService, hasPatience } from './service-shape';
import { isNotOurs, serviceConflict, serviceDraining, serviceGone } from './texts';

/** Services that DescribeServices takes at once. Source: AWS, API reference. */
const DESCRIBED = 10;

type EnsuredService = OutputOf<'ensureService'>;

/**
 * Finds the ECS service, or creates it. One of this
 * migration is brought to the task definition and the count.
 * @throws Draining while its last tasks end,
 * Conflict when somebody else's has another count
 */
export async function ensureService(deps: Deps, request: ServiceRequest): Promise<EnsuredService> {
  const { owner, service, cluster } = request;
  const found = await findService(deps, cluster, service);
  if (!found) return createService(deps, request);
  if (found.status === 'DRAINING') {
    throw ApplicationFailure.retryable(serviceDraining(service, cluster), 'Draining');
  }
  if (isOurs(found.tags, owner)) return bringToPlan(deps, request, found);
  return adoptService(request, found);
}

/** Those services that exist, by name. */
export async function findServices(
  deps: Deps,
  { cluster, services }: InputOf<'findServices'>,
): Promise<OutputOf<'findServices'>> {
  const existing = await describeServices(deps, cluster, services);
  const states = existing.map((service) => [service.serviceName!, stateOf(service)]);
  return Object.fromEntries(states) as Record<string, ServiceState>;
}

/**
 * Tells ECS what a service of this stack is to run, and waits for nothing.
 * @throws NoService where it was deleted meanwhile, NotOurs where somebody else made another of its name
 */
export async function updateService(deps: Deps, request: UpdateRequest): Promise<void> {
  const { owner, cluster, service, count, taskDefinition } = request;
  const found = await findService(deps, cluster, service);
  if (found?.status !== 'ACTIVE') {
    throw ApplicationFailure.nonRetryable(serviceGone(service, cluster, found?.status), 'NoService');
  }
  if (!isOurs(found.tags, owner)) throw ApplicationFailure.nonRetryable(isNotOurs(service, cluster), 'NotOurs');
  if (found.taskDefinition === taskDefinition && found.desiredCount === count) return;
  await sendUpdate(deps, request);
}

/** Without a task definition it keeps its own. */
export async function sendUpdate(
  { clients }: Deps,
  { cluster, service, count, taskDefinition }: Omit<ScaleRequest, 'owner' | 'timeoutMs'>,
): Promise<void> {
  const command = new UpdateServiceCommand({
    cluster,
    service,
    desiredCount: count,
    taskDefinition,
  });
  await clients.ecs.send(command);
}

/** Deletes the service and its tasks if this run created it. */
export async function removeService(deps: Deps, request: InputOf<'removeService'>): Promise<void> {
  const { owner, cluster, service } = request;
  const found = await findService(deps, cluster, service);
  if (!found || found.status === 'DRAINING') return;
  if (ownershipOf(found.tags, owner) !== 'created') return;
  const command = new DeleteServiceCommand({
    cluster,
    service,
    force: true,
  });
  await deps.clients.ecs.send(command);
}

/** A service as ECS has it now, with its tags; a deleted one that ECS still lists is none. */
export async function findService(deps: Deps, cluster: string, name: string): Promise<Service | undefined> {
  const [found] = await describeServices(deps, cluster, [name]);
  return found;
}

/** Those services that exist as ECS has them now, with their tags; deleted ones that ECS still lists are none. */
export async function describeServices(deps: Deps, cluster: string, names: string[]): Promise<Service[]> {
  const found: Service[] = [];
  for (let from = 0; from < names.length; from += DESCRIBED) {
    const command = new DescribeServicesCommand({
      cluster,
      services: names.slice(from, from + DESCRIBED),
      include: ['TAGS'],
    });
    const { services = [] } = await deps.clients.ecs.send(command);
    found.push(...services.filter(({ status }) => status !== 'INACTIVE'));
  }
  return found;
}

/** The deployment that a service is on its way to or has come to. */
export function primaryOf({ deployments }: Service): Deployment | undefined {
  return deployments?.find(({ status }) => status === 'PRIMARY');
}

function stateOf({ desiredCount = 0, taskDefinition }: Service): ServiceState {
  return {
    count: desiredCount,
    taskDefinition: taskDefinition!,
  };
}

async function createService(deps: Deps, request: ServiceRequest): Promise<EnsuredService> {
  const { ecs } = deps.clients;
  const { service } = await ecs.send(new CreateServiceCommand(buildService(request)));
  return {
    id: service!.serviceArn!,
    ownership: 'created',
    taskDefinition: request.taskDefinition,
  };
}

async function bringToPlan(deps: Deps, request: ServiceRequest, found: Service): Promise<EnsuredService> {
  const { owner, service, plan, cluster, taskDefinition } = request;
  const { ecs } = deps.clients;
  const hasFailed = primaryOf(found)?.rolloutState === 'FAILED';
  const balancing = addTargets(found, request);
  const patience = buildPatience(plan);
  const runsWanted = found.taskDefinition === taskDefinition && found.desiredCount === plan.count;
  const isWanted = runsWanted && hasPatience(found, patience);
  if (!isWanted || balancing.loadBalancers || hasFailed) {
    const command = new UpdateServiceCommand({
      cluster,
      service,
      taskDefinition,
      desiredCount: plan.count,
      ...balancing,
      ...patience,
      // a deployment that failed starts no task any more, whatever was fixed meanwhile
      forceNewDeployment: hasFailed,
    });
    await ecs.send(command);
  }
  const ownership = ownershipOf(found.tags, owner);
  return {
    id: found.serviceArn!,
    ownership,
    taskDefinition,
  };
}

/** Somebody else's service keeps its task definition. */
function adoptService({ owner, service, plan, cluster }: ServiceRequest, found: Service): EnsuredService {
  const { serviceArn, tags, desiredCount, taskDefinition } = found;
  if (desiredCount !== plan.count) {
    const text = serviceConflict(service, cluster, desiredCount, plan.count);
    throw ApplicationFailure.nonRetryable(text, 'Conflict');
  }
  return {
    id: serviceArn!,
    ownership: ownershipOf(tags, owner),
    taskDefinition: taskDefinition!,
  };
}
