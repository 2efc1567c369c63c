import type { Survey } from '../../contract/findings';
import type { LoadBalancer, TargetGroup } from '../../contract/load-balancers';
import type { Resource, Role } from '../../contract/resources';
import { listHostNames, nameLogGroup, nameRepository, nameTargetGroup, listTaskPorts } from '../../plan/names';
import { isRouted, listAdmitted, listRanges, listShares } from '../../plan/routes';
import type { Run } from '../engine/run';
import type { Platform } from '../../contract/platform';
import { ensureResource } from '../engine/resource';
import { tellImpaired } from '../moves/texts';
import { describeArrivals, ensureIngest, ensureIngestSecurityGroup } from './ingest';

/** The groups, of which the tasks' lets in the load balancers'. */
interface SecurityGroups {
  loadBalancer: Resource;
  tasks: Resource;
  ingest?: Resource;
}

/**
 * Phases 3 and 4 of the plan document. What depends on nothing starts at once; what needs two things awaits two things.
 */
export async function provision(migration: Run, survey: Survey): Promise<Platform> {
  const { effects } = migration;
  const repositories = ensureRepositories(migration);
  const secrets = ensureSecrets(migration);
  const roles = ensureRoles(migration, secrets);
  const securityGroups = ensureSecurityGroups(migration, survey);
  const logGroups = ensureLogGroups(migration);
  const cluster = ensureCluster(migration);
  const namespace = ensureNamespace(migration, survey);
  const discovery = ensureDiscovery(migration, namespace);
  const loadBalancer = ensureLoadBalancer(migration, survey, securityGroups);
  const targetGroups = ensureTargetGroups(migration, survey);
  const rules = ensureRules(migration, survey, loadBalancer, targetGroups);
  const ingest =
    survey.ingest && ensureIngest(migration, survey.network, survey.ingest, findIngestGroup(securityGroups));

  const everything: Promise<unknown>[] = [
    ...repositories,
    roles,
    ...secrets,
    securityGroups,
    ...logGroups,
    cluster,
    namespace,
    ...discovery,
    loadBalancer,
    ...targetGroups,
    rules,
    ...(ingest ? [ingest] : []),
  ];
  await Promise.all(everything.map((effect) => effects.track(effect)));

  const { execution, task } = await roles;
  const groups = await Promise.all(targetGroups);
  const routed = listRouted(migration, groups);
  noteImpairment(migration, migration.plan.loadBalancer.name, await loadBalancer);
  if (ingest) noteImpairment(migration, migration.plan.ingest!.name, (await ingest).loadBalancer);
  return {
    executionRole: execution.id,
    taskRole: task.id,
    taskSecurityGroup: (await securityGroups).tasks.id,
    cluster: migration.plan.cluster,
    secrets: nameIds(
      migration.plan.secrets.map(({ name }) => name),
      await Promise.all(secrets),
    ),
    discovery: nameIds(Object.keys(migration.plan.services), await Promise.all(discovery)),
    loadBalancer: await loadBalancer,
    targetGroups: Object.fromEntries(routed.map((group) => [group.service, group])),
    idleGroups: groups.filter((group) => !routed.includes(group)),
    ...(ingest && { ingest: await ingest }),
  };
}

/** It serves users all the same: whoever runs this is told. */
function noteImpairment({ progress }: Run, name: string, { impaired }: LoadBalancer): void {
  if (impaired !== undefined) progress.addEvent(tellImpaired(name, impaired));
}

const findIngestGroup = async (groups: Promise<SecurityGroups>): Promise<Resource> => (await groups).ingest!;

/** name → id, in the order of both lists */
function nameIds(names: string[], resources: Resource[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, resources[index]!.id]));
}

function ensureRepositories(migration: Run): Promise<Resource>[] {
  return Object.entries(migration.plan.services).map(([service, entry]) => {
    const name = nameRepository(service, entry);
    const input = { owner: migration.owner, name };
    return ensureResource(migration, {
      name: `repository ${name}`,
      ensure: 'ensureRepository',
      input,
      summary: `ECR repository ${name}`,
      removal: { verb: 'removeRepository', input },
    });
  });
}

function ensureSecrets(migration: Run): Promise<Resource>[] {
  return migration.plan.secrets.map(({ name, from }) => {
    const owned = { owner: migration.owner, name };
    return ensureResource(migration, {
      name: `secret ${name}`,
      ensure: 'ensureSecret',
      input: { ...owned, from },
      removal: { verb: 'removeSecret', input: owned },
    });
  });
}

/** The execution role may read the secrets, so it waits for them. */
async function ensureRoles(migration: Run, secrets: Promise<Resource>[]): Promise<{ execution: Role; task: Role }> {
  const { plan, owner } = migration;
  const wantRole = (name: string) => {
    const id = `take our own inline policy off role ${name}`;
    const input = { owner, name };
    migration.writeUndo({ id, stage: 'restore', verb: 'removeRolePolicy', input });
    return { name: `role ${name}`, summary: `IAM role ${name}`, removal: { verb: 'removeRole', input } } as const;
  };
  const { bucket } = plan;
  const taskInput = { owner, name: plan.roles.task, bucket };
  const wanted = wantRole(plan.roles.task);
  const task = ensureResource(migration, { ...wanted, ensure: 'ensureTaskRole', input: taskInput });
  const arns = (await Promise.all(secrets)).map(({ id }) => id);
  const executionInput = { owner, name: plan.roles.execution, secrets: arns };
  const execution = ensureResource(migration, {
    ...wantRole(plan.roles.execution),
    ensure: 'ensureExecutionRole',
    input: executionInput,
  });
  return {
    execution: await execution,
    task: await task,
  };
}

async function ensureSecurityGroups(migration: Run, { network, ingest: senders }: Survey): Promise<SecurityGroups> {
  const { plan, owner } = migration;
  const { vpcId } = network;
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  for (const name of [loadBalancerSecurityGroup, taskSecurityGroup]) {
    const id = `take our own rules off security group ${name}`;
    const input = { owner, name, vpcId };
    migration.writeUndo({ id, stage: 'restore', verb: 'removeSecurityGroupRules', input });
  }
  const wantGroup = (name: string) =>
    ({
      name: `security group ${name}`,
      removal: { verb: 'removeSecurityGroup', input: { owner, name, vpcId } },
    }) as const;
  const wayIn = {
    loadBalancer: plan.loadBalancer.name,
    publicAccess: plan.loadBalancer.scheme === 'internet-facing',
    inside: listRanges(network),
    from: listAdmitted(plan),
  };
  const loadBalancer = await ensureResource(migration, {
    ...wantGroup(loadBalancerSecurityGroup),
    ensure: 'ensureLoadBalancerSecurityGroup',
    input: { owner, name: loadBalancerSecurityGroup, vpcId, ...wayIn },
  });
  const ingest = senders ? await ensureIngestSecurityGroup(migration, vpcId, senders) : undefined;
  const inside = {
    loadBalancerSecurityGroup: loadBalancer.id,
    ...listTaskPorts(plan),
    ...(ingest && { ingest: describeArrivals(migration, ingest, senders!) }),
  };
  const tasks = await ensureResource(migration, {
    ...wantGroup(taskSecurityGroup),
    ensure: 'ensureTaskSecurityGroup',
    input: { owner, name: taskSecurityGroup, vpcId, ...inside },
  });
  return { loadBalancer, tasks, ...(ingest && { ingest }) };
}

function ensureLogGroups(migration: Run): Promise<Resource>[] {
  const { plan, owner } = migration;
  return Object.keys(plan.services).map((service) => {
    const owned = { owner, name: nameLogGroup(plan, service) };
    return ensureResource(migration, {
      name: `log group ${owned.name}`,
      ensure: 'ensureLogGroup',
      input: { ...owned, retentionDays: plan.logs.retentionDays },
      removal: { verb: 'removeLogGroup', input: owned },
    });
  });
}

function ensureCluster(migration: Run): Promise<Resource> {
  const input = { owner: migration.owner, name: migration.plan.cluster };
  return ensureResource(migration, {
    name: `cluster ${input.name}`,
    ensure: 'ensureCluster',
    input,
    summary: `ECS cluster ${input.name}`,
    removal: { verb: 'removeCluster', input },
  });
}

function ensureNamespace(migration: Run, { network }: Survey): Promise<Resource> {
  const owned = { owner: migration.owner, name: migration.plan.namespace };
  return ensureResource(migration, {
    name: `namespace ${owned.name}`,
    ensure: 'ensureNamespace',
    input: { ...owned, vpcId: network.vpcId },
    summary: `Cloud Map namespace ${owned.name}`,
    removal: { verb: 'removeNamespace', input: owned },
  });
}

/** Each service has a name in the namespace. */
function ensureDiscovery(migration: Run, namespace: Promise<Resource>): Promise<Resource>[] {
  const { plan, owner, effects } = migration;
  const ensureFor = async (name: string) => {
    const { id: namespaceId } = await namespace;
    return ensureResource(migration, {
      name: `discovery service ${name}`,
      ensure: 'ensureDiscoveryService',
      input: { owner, name, namespaceId },
      summary: `discovery service ${name}.${plan.namespace}`,
      removal: { verb: 'removeDiscoveryService', input: { owner, name, namespace: plan.namespace } },
    });
  };
  return Object.keys(plan.services).map((name) => effects.track(ensureFor(name)));
}

async function ensureLoadBalancer(
  migration: Run,
  { network }: Survey,
  securityGroups: Promise<SecurityGroups>,
): Promise<LoadBalancer> {
  const { name, scheme } = migration.plan.loadBalancer;
  const owned = { owner: migration.owner, name };
  const securityGroup = (await securityGroups).loadBalancer.id;
  return ensureResource(migration, {
    name: `load balancer ${name}`,
    ensure: 'ensureLoadBalancer',
    input: { ...owned, scheme, subnets: network.publicSubnets, securityGroup },
    removal: { verb: 'removeLoadBalancer', input: owned },
  });
}

function ensureTargetGroups(migration: Run, { network }: Survey): Promise<TargetGroup>[] {
  const { plan, owner } = migration;
  const { deregistrationDelay } = plan.loadBalancer;
  const exposed = Object.entries(plan.services).filter(([, { expose }]) => expose);
  return exposed.map(([service, entry]) => {
    const owned = { owner, name: nameTargetGroup(service, entry) };
    const health = { port: entry.port, healthPath: entry.health.path, deregistrationDelay };
    return ensureResource(migration, {
      name: `target group ${owned.name}`,
      ensure: 'ensureTargetGroup',
      input: { ...owned, service, vpcId: network.vpcId, ...health },
      removal: { verb: 'removeTargetGroup', input: owned },
    });
  });
}

/** Groups to which a rule leads: ECS refuses a service in any other. */
function listRouted({ plan: { loadBalancer, services } }: Run, groups: TargetGroup[]): TargetGroup[] {
  return groups.filter(({ service }) => isRouted(loadBalancer.scheme, services[service]!.expose));
}

/** The HTTPS listener, then the rules of each exposed service: ECS takes a target group only once a balancer has it. */
async function ensureRules(
  migration: Run,
  { network }: Survey,
  balancing: Promise<LoadBalancer>,
  targetGroups: Promise<TargetGroup>[],
): Promise<void> {
  const { plan, owner } = migration;
  const { id: loadBalancer } = await balancing;
  const listener = await ensureResource(migration, {
    name: 'HTTPS listener',
    ensure: 'ensureListener',
    input: { owner, loadBalancer, certificate: plan.certificate },
    summary: 'HTTPS listener, 503 by default',
  });
  for (const group of await Promise.all(targetGroups)) {
    const entry = plan.services[group.service]!;
    const shares = listShares(plan.loadBalancer.scheme, entry.expose!, listRanges(network));
    for (const host of listHostNames(plan, group.service, entry)) {
      for (const [index, share] of shares.entries()) {
        const isOne = shares.length === 1;
        const what = isOne ? 'rule' : `rule ${index + 1} of ${shares.length}`;
        const sources = isOne ? {} : { sources: share.sources! };
        await ensureResource(migration, {
          name: `${what} for ${host}`,
          ensure: 'ensureListenerRule',
          input: { owner, listener: listener.id, host, ...share, targetGroup: group.id },
          summary: `${what} ${host} → ${group.service}`,
          removal: { verb: 'removeListenerRule', input: { owner, loadBalancer, host, ...sources } },
        });
      }
    }
  }
}
