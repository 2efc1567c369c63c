import type {
  CapacityProviderStrategyItem,
  CreateServiceCommandInput,
  LoadBalancer as AwsLoadBalancer,
  Service,
} from '@aws-sdk/client-ecs';
import type { ServiceRequest, ServiceSlice } from '../../contract/services';
import { buildToken, ecsTagsOf } from '../owner';
import { nameGroup } from './listener-rule';

/** What CreateService is asked for. */
export function buildService(request: ServiceRequest): CreateServiceCommandInput {
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
    ...buildPatience(plan),
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    clientToken: buildToken(owner, service),
    tags: ecsTagsOf(owner),
  };
}

const STAYS_IN_ITS_ZONES = { availabilityZoneRebalancing: 'DISABLED' } as const;

/** What of a service is set without a new deployment. */
type Patience = Pick<CreateServiceCommandInput, 'healthCheckGracePeriodSeconds' | 'availabilityZoneRebalancing'>;

/**
 * A store's task is ended neither while it reads what it needs of its history, nor to spread its tasks over zones, which
 * is ECS's default. The grace covers the container's own checks too. Source: AWS, API reference of CreateService.
 */
export function buildPatience({ health, store }: ServiceSlice): Patience {
  return {
    healthCheckGracePeriodSeconds: health.gracePeriod,
    ...(store && STAYS_IN_ITS_ZONES),
  };
}

/** Whether a service that is there has it already. */
export function hasPatience(found: Service, wanted: Patience): boolean {
  const isGraceful = found.healthCheckGracePeriodSeconds === wanted.healthCheckGracePeriodSeconds;
  const spreads = found.availabilityZoneRebalancing === 'ENABLED';
  return isGraceful && !(spreads && wanted.availabilityZoneRebalancing === 'DISABLED');
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
  };
}

const nameTarget = ({ targetGroupArn, containerPort }: AwsLoadBalancer): string => `${targetGroupArn} ${containerPort}`;

/** The groups that a service is in and those that it lacks, which brings it into them; nothing where it lacks none. */
export function addTargets(
  { loadBalancers = [] }: Service,
  request: ServiceRequest,
): Partial<CreateServiceCommandInput> {
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
