import type { Service } from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { Ingest, IngestGroup } from '../../contract/ingest';
import type { LoadBalancer, TargetGroup } from '../../contract/load-balancers';
import type { RunningService } from '../../plan/deployment';
import type { Plan } from '../../plan/schema';
import { nameIngestGroup, nameTargetGroup } from '../../plan/names';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { isOurs } from '../owner';
import { findGroup, nameGroup } from './listener-rule';
import { describeLoadBalancer } from './load-balancer';
import { describeDefinition } from './previous-definition';
import { findSecretArns } from './resolved';
import { describeServices } from './service';
import { dimensionOf, findTargetGroup } from './target-group';
import { isNotOurs, neverMigrated, runsNoTask, secretsMissing } from './texts';

type NamedService = [name: string, service: Service];

/**
 * The stack as it runs: all that a migration put it on, read from its services. What is there is used, nothing is made.
 * @throws NeverMigrated, NotRunning, NotOurs or SecretsMissing for a service that was asked for
 */
export async function findStack(deps: Deps, request: InputOf<'findStack'>): Promise<OutputOf<'findStack'>> {
  const { plan } = request;
  const found = await findServices(deps, plan);
  requireServices(request, found);
  const running = [...found].filter(([, { desiredCount = 0 }]) => desiredCount > 0);
  const services = await Promise.all(running.map((named) => readService(deps, named)));
  const secrets = await findSecretArns(deps, plan);
  requireSecrets(request, secrets);

  const [first] = running.map(([, service]) => service);
  const network = first!.networkConfiguration!.awsvpcConfiguration!;
  const [oneOf] = services.map(([, service]) => service);
  return {
    platform: {
      executionRole: oneOf!.executionRole,
      taskRole: oneOf!.taskRole,
      taskSecurityGroup: network.securityGroups![0]!,
      cluster: plan.cluster,
      secrets,
      discovery: Object.fromEntries(running.flatMap(findRegistry)),
      loadBalancer: await findLoadBalancer(deps, plan),
      targetGroups: Object.fromEntries(running.flatMap((named) => findUserGroup(plan, named))),
      ...(await findIngest(deps, plan, running)),
    },
    subnets: network.subnets!,
    services: Object.fromEntries(services),
  };
}

async function findServices(deps: Deps, plan: Plan): Promise<Map<string, Service>> {
  const names = Object.keys(plan.services);
  try {
    const existing = await describeServices(deps, plan.cluster, names);
    return new Map(existing.map((service) => [service.serviceName!, service]));
  } catch (error) {
    if (!isAws(error, 'ClusterNotFound')) throw error;
    throw ApplicationFailure.nonRetryable(neverMigrated(plan, `there is no cluster ${plan.cluster}`), 'NeverMigrated');
  }
}

function requireServices({ plan, owner, services }: InputOf<'findStack'>, found: Map<string, Service>): void {
  for (const name of services) {
    const service = found.get(name);
    if (!service) {
      const what = `there is no service ${name} in cluster ${plan.cluster}`;
      throw ApplicationFailure.nonRetryable(neverMigrated(plan, what), 'NeverMigrated');
    }
    if (!isOurs(service.tags, owner)) throw ApplicationFailure.nonRetryable(isNotOurs(name, plan.cluster), 'NotOurs');
    if (!service.desiredCount) throw ApplicationFailure.nonRetryable(runsNoTask(plan, name), 'NotRunning');
  }
}

function requireSecrets({ plan, services }: InputOf<'findStack'>, arns: Record<string, string>): void {
  const references = services.flatMap((name) => Object.values(plan.services[name]!.secrets));
  const names = references.map((reference) => reference.split(':')[0]!);
  const missing = [...new Set(names)].filter((name) => !arns[name]);
  if (missing.length === 0) return;
  throw ApplicationFailure.nonRetryable(secretsMissing(missing), 'SecretsMissing');
}

async function readService(deps: Deps, [name, service]: NamedService): Promise<[string, RunningService]> {
  const { taskDefinition: arn, desiredCount } = service;
  const { taskDefinition } = await describeDefinition(deps, arn!);
  const { containerDefinitions = [], executionRoleArn, taskRoleArn } = taskDefinition!;
  const own = containerDefinitions.find((container) => container.name === name) ?? containerDefinitions[0]!;
  const variables = (own.environment ?? []).map((variable) => [variable.name!, variable.value ?? '']);
  const running = {
    count: desiredCount!,
    taskDefinition: arn!,
    image: own.image!,
    executionRole: executionRoleArn!,
    taskRole: taskRoleArn!,
    environment: Object.fromEntries(variables) as Record<string, string>,
    capacity: readCapacity(service),
    deployment: readDeployment(service),
  };
  return [name, running];
}

function readCapacity({ capacityProviderStrategy = [] }: Service): RunningService['capacity'] {
  const providers = capacityProviderStrategy.map(({ capacityProvider, base = 0, weight = 0 }) => [
    capacityProvider!,
    {
      base,
      weight,
    },
  ]);
  return Object.fromEntries(providers) as RunningService['capacity'];
}

/** Without one it is that of ECS (API reference, DeploymentConfiguration). */
function readDeployment({ deploymentConfiguration = {} }: Service): RunningService['deployment'] {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = deploymentConfiguration;
  return {
    minimumHealthyPercent,
    maximumPercent,
  };
}

function findRegistry([name, { serviceRegistries = [] }]: NamedService): [string, string][] {
  const arn = serviceRegistries[0]?.registryArn;
  return arn ? [[name, arn]] : [];
}

/** That of the load balancer, which only services have that a rule leads to; others are the ingest's. */
function findUserGroup({ services }: Plan, [name, { loadBalancers }]: NamedService): [string, TargetGroup][] {
  const id = findGroup(loadBalancers, nameTargetGroup(name, services[name]!));
  if (!id) return [];
  const group: TargetGroup = {
    id,
    service: name,
    dimension: dimensionOf(id),
    ownership: 'adopted',
  };
  return [[name, group]];
}

async function findLoadBalancer(deps: Deps, plan: Plan): Promise<LoadBalancer> {
  const { name } = plan.loadBalancer;
  const found = await describeLoadBalancer(deps, name);
  if (found)
    return {
      ...found,
      ownership: 'adopted',
    };
  throw ApplicationFailure.nonRetryable(neverMigrated(plan, `there is no load balancer ${name}`), 'NeverMigrated');
}

/** The ports at which senders reach the services; none where the plan has no ingest, or it does not stand. */
async function findIngest(deps: Deps, { ingest }: Plan, running: NamedService[]): Promise<{ ingest?: Ingest }> {
  const loadBalancer = ingest && (await describeLoadBalancer(deps, ingest.name));
  if (!loadBalancer) return {};
  const groups = running.flatMap((named) => listIngestGroups(deps, ingest.name, named));
  return {
    ingest: {
      loadBalancer: {
        ...loadBalancer,
        ownership: 'adopted',
      },
      groups: await Promise.all(groups),
    },
  };
}

/** By their names, which end with the port at which senders come. */
function listIngestGroups(deps: Deps, ingest: string, [service, { loadBalancers = [] }]: NamedService) {
  return loadBalancers.flatMap(({ targetGroupArn: id, containerPort }) => {
    const name = nameGroup(id!);
    const port = Number(name.slice(ingest.length + 1));
    const isOfIngest = nameIngestGroup(ingest, { port }) === name;
    return isOfIngest
      ? [
          describeIngestGroup(deps, id!, name, {
            port,
            service,
            targetPort: containerPort!,
          }),
        ]
      : [];
  });
}

/** One that is gone is a port all the same, and is named as gone by whoever looks. */
async function describeIngestGroup(
  deps: Deps,
  id: string,
  name: string,
  port: Pick<IngestGroup, 'port' | 'service' | 'targetPort'>,
): Promise<IngestGroup> {
  const found = await findTargetGroup(deps, name);
  return {
    ...port,
    id,
    protocol: found?.Protocol === 'UDP' ? 'udp' : 'tcp',
    dimension: dimensionOf(id),
    ownership: 'adopted',
  };
}
