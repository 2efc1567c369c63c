import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
  type CapacityProviderStrategyItem,
  type CreateServiceCommandInput,
  type Deployment,
  type LoadBalancer as AwsLoadBalancer,
  type Service,
} from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { ScaleRequest, ServiceRequest, ServiceSlice, ServiceState, UpdateRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { buildToken, ecsTagsOf, isOurs, ownershipOf } from '../owner';
import { createPause, heartbeat } from '../pacing';
import { nameGroup } from './listener-rule';
import { isNotOurs, serviceConflict, serviceDraining, serviceGone } from './texts';

const POLL_MS = 1000;
/**
 * Seconds in which a starting task is not judged by the
 * load balancer; the ready endpoints take 15 to 17.
 */
const GRACE_S = 120;

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
  const found = await Promise.all(services.map((name) => findService(deps, cluster, name)));
  const existing = found.filter((service) => service !== undefined);
  const states = existing.map((service) => [service.serviceName!, stateOf(service)]);
  return Object.fromEntries(states) as Record<string, ServiceState>;
}

/**
 * Sets the count of a service of this migration and waits
 * until the tasks that are too many have ended. Where its cluster is gone nothing of it runs.
 */
export async function scaleService(deps: Deps, request: ScaleRequest): Promise<OutputOf<'scaleService'>> {
  const { owner, cluster, service, count, taskDefinition } = request;
  const found = await findService(deps, cluster, service).catch((error: unknown) => {
    if (isAws(error, 'ClusterNotFound')) return undefined;
    throw error;
  });
  const before = found?.desiredCount ?? 0;
  if (!found || !isOurs(found.tags, owner)) return { before };
  const runsOther = taskDefinition !== undefined && found.taskDefinition !== taskDefinition;
  const hasToChange = runsOther || before !== count;
  if (hasToChange && found.status === 'ACTIVE') await sendUpdate(deps, request);
  await waitUntilTasksEnd(deps, request, found.runningCount ?? 0);
  return { before };
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
async function sendUpdate(
  { clients }: Deps,
  { cluster, service, count, taskDefinition }: UpdateRequest | ScaleRequest,
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

/**
 * A service as ECS has it now, with its tags; deleted ones that ECS still lists are none.
 */
export async function findService(deps: Deps, cluster: string, name: string): Promise<Service | undefined> {
  const { ecs } = deps.clients;
  const command = new DescribeServicesCommand({
    cluster,
    services: [name],
    include: ['TAGS'],
  });
  const { services = [] } = await ecs.send(command);
  return services.find(({ status }) => status !== 'INACTIVE');
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

function buildService(request: ServiceRequest): CreateServiceCommandInput {
  const { owner, service, plan, cluster, taskDefinition, subnets, securityGroup, registry } = request;
  const circuitBreaker = {
    enable: true,
    rollback: true,
  };
  return {
    cluster,
    serviceName: service,
    taskDefinition,
    desiredCount: plan.count,
    capacityProviderStrategy: buildStrategy(plan.capacity),
    deploymentConfiguration: {
      ...plan.deployment,
      deploymentCircuitBreaker: circuitBreaker,
    },
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets,
        securityGroups: [securityGroup],
        assignPublicIp: 'DISABLED',
      },
    },
    serviceRegistries: [{ registryArn: registry }],
    ...buildLoadBalancing(request),
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    clientToken: buildToken(owner, service),
    tags: ecsTagsOf(owner),
  };
}

function buildStrategy(capacity: ServiceSlice['capacity']): CapacityProviderStrategyItem[] {
  const providers = Object.entries(capacity);
  return providers.map(([capacityProvider, { base, weight }]) => ({
    capacityProvider,
    base,
    weight,
  }));
}

/** That of the load balancer stands first: a deployment finds it there. */
function buildLoadBalancing(request: ServiceRequest): Partial<CreateServiceCommandInput> {
  const { service, plan, targetGroup, ingest = [] } = request;
  const targets = targetGroup
    ? [
        {
          targetGroup,
          port: plan.port,
        },
        ...ingest,
      ]
    : ingest;
  if (targets.length === 0) return {};
  return {
    loadBalancers: targets.map((target) => ({
      targetGroupArn: target.targetGroup,
      containerName: service,
      containerPort: target.port,
    })),
    healthCheckGracePeriodSeconds: GRACE_S,
  };
}

const nameTarget = ({ targetGroupArn, containerPort }: AwsLoadBalancer): string => `${targetGroupArn} ${containerPort}`;

/** The groups that a service is in and those that it lacks, which brings it into them; nothing where it lacks none. */
function addTargets({ loadBalancers = [] }: Service, request: ServiceRequest): Partial<CreateServiceCommandInput> {
  const wanted = buildLoadBalancing(request);
  const found = loadBalancers.map(nameTarget);
  const lacking = (wanted.loadBalancers ?? []).filter((target) => !found.includes(nameTarget(target)));
  if (lacking.length === 0) return {};
  const names = lacking.map(({ targetGroupArn }) => nameGroup(targetGroupArn!));
  // one that was deleted and made anew has another ARN
  const kept = loadBalancers.filter(({ targetGroupArn }) => !names.includes(nameGroup(targetGroupArn!)));
  return {
    ...wanted,
    loadBalancers: [...kept, ...lacking],
  };
}

async function bringToPlan(deps: Deps, request: ServiceRequest, found: Service): Promise<EnsuredService> {
  const { owner, service, plan, cluster, taskDefinition } = request;
  const { ecs } = deps.clients;
  const hasFailed = primaryOf(found)?.rolloutState === 'FAILED';
  const balancing = addTargets(found, request);
  const isWanted = found.taskDefinition === taskDefinition && found.desiredCount === plan.count;
  if (!isWanted || balancing.loadBalancers || hasFailed) {
    const command = new UpdateServiceCommand({
      cluster,
      service,
      taskDefinition,
      desiredCount: plan.count,
      ...balancing,
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

async function waitUntilTasksEnd(
  deps: Deps,
  { cluster, service, count }: ScaleRequest,
  runningAtFirst: number,
): Promise<void> {
  const pause = createPause(POLL_MS);
  let running = runningAtFirst;
  while (running > count) {
    heartbeat({
      service,
      running,
    });
    await pause();
    const found = await findService(deps, cluster, service);
    running = found?.runningCount ?? 0;
  }
}
