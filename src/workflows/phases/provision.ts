import type { Resource } from '../../contract/resources';
import type { Survey } from '../../contract/findings';
import type { LoadBalancer, TargetGroup } from '../../contract/load-balancers';
import { hostsOf, logGroupOf, repositoryOf, targetGroupOf, taskPorts } from '../../plan/names';
import type { Migration } from '../engine/migration';
import { call, wait } from '../engine/activities';

/** What the services are put on. */
export interface Platform {
  executionRole: string;
  taskRole: string;
  taskSecurityGroup: string;
  cluster: string;
  secrets: Record<string, string>;
  discovery: Record<string, string>;
  loadBalancer: LoadBalancer;
  targetGroups: Record<string, TargetGroup>;
}

/**
 * Phase 3 and 4 of the plan document. What depends on nothing starts at once; what needs two things
 * awaits two things.
 */
export async function provision(run: Migration, found: Survey): Promise<Platform> {
  const { plan, owner } = run;
  const { network } = found;
  const services = Object.entries(plan.services);

  const make = <T extends Resource>(what: string, remove: (() => Promise<void>) | null, effect: () => Promise<T>) =>
    run.ensure(what, remove, effect);

  const repositories = services.map(([name, service]) => {
    const repository = repositoryOf(name, service);
    return make(
      `repository ${repository}`,
      () => call('removeRepository', `remove ECR repository ${repository}`, { owner, name: repository }),
      () => call('ensureRepository', `ECR repository ${repository}`, { owner, name: repository }),
    );
  });

  const secrets = plan.secrets.map(({ name, from }) =>
    make(
      `secret ${name}`,
      () => call('removeSecret', `remove secret ${name}`, { owner, name }),
      () => call('ensureSecret', `secret ${name}`, { owner, name, from }),
    ),
  );
  const roles = ensureRoles(run, secrets);

  const securityGroups = ensureSecurityGroups(run, found);

  const logGroups = services.map(([service]) => {
    const name = logGroupOf(plan, service);
    return make(
      `log group ${name}`,
      () => call('removeLogGroup', `remove log group ${name}`, { owner, name }),
      () => call('ensureLogGroup', `log group ${name}`, { owner, name, retentionDays: plan.logs.retentionDays }),
    );
  });

  const cluster = make(
    `cluster ${plan.cluster}`,
    () => call('removeCluster', `remove cluster ${plan.cluster}`, { owner, name: plan.cluster }),
    () => wait('ensureCluster', `ECS cluster ${plan.cluster}`, { owner, name: plan.cluster }),
  );

  const namespace = make(
    `namespace ${plan.namespace}`,
    () => call('removeNamespace', `remove namespace ${plan.namespace}`, { owner, name: plan.namespace }),
    () =>
      wait('ensureNamespace', `Cloud Map namespace ${plan.namespace}`, {
        owner,
        name: plan.namespace,
        vpcId: network.vpcId,
      }),
  );
  const discovery = services.map(([name]) =>
    run.track(
      namespace.then((space) =>
        make(
          `discovery service ${name}`,
          () =>
            call('removeDiscoveryService', `remove discovery service ${name}`, {
              owner,
              name,
              namespace: plan.namespace,
            }),
          () =>
            call('ensureDiscoveryService', `discovery service ${name}.${plan.namespace}`, {
              owner,
              name,
              namespaceId: space.id,
            }),
        ),
      ),
    ),
  );

  const loadBalancer = run.track(
    securityGroups.then(({ alb }) =>
      make(
        `load balancer ${plan.loadBalancer.name}`,
        () =>
          call('removeLoadBalancer', `remove load balancer ${plan.loadBalancer.name}`, {
            owner,
            name: plan.loadBalancer.name,
          }),
        () =>
          wait('ensureLoadBalancer', `load balancer ${plan.loadBalancer.name}`, {
            owner,
            name: plan.loadBalancer.name,
            scheme: plan.loadBalancer.scheme,
            subnets: network.publicSubnets,
            securityGroup: alb.id,
          }),
      ),
    ),
  );
  const targetGroups = ensureTargetGroups(run, found);
  const rules = ensureRules(run, found, loadBalancer, targetGroups);

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
  ];
  everything.forEach((promise) => run.track(promise));
  await Promise.all(everything);

  const registries = await Promise.all(discovery);
  const held = await Promise.all(secrets);
  const { execution, task } = await roles;
  return {
    executionRole: execution.id,
    taskRole: task.id,
    taskSecurityGroup: (await securityGroups).tasks.id,
    cluster: plan.cluster,
    secrets: Object.fromEntries(plan.secrets.map(({ name }, index) => [name, held[index]!.id])),
    discovery: Object.fromEntries(services.map(([name], index) => [name, registries[index]!.id])),
    loadBalancer: await loadBalancer,
    targetGroups: Object.fromEntries((await Promise.all(targetGroups)).map((group) => [group.service, group])),
  };
}

async function ensureRoles(run: Migration, secrets: Promise<Resource>[]) {
  const { plan, owner } = run;
  const role = (name: string, effect: () => Promise<Resource>) => {
    run.before('restore', `take our own inline policy off role ${name}`, () =>
      call('removeRolePolicy', `take our policy off role ${name}`, { owner, name }),
    );
    return run.ensure(`role ${name}`, () => call('removeRole', `remove role ${name}`, { owner, name }), effect);
  };
  const task = role(plan.roles.task, () =>
    call('ensureTaskRole', `IAM role ${plan.roles.task}`, { owner, name: plan.roles.task, bucket: plan.bucket }),
  );
  const arns = (await Promise.all(secrets)).map(({ id }) => id);
  const execution = role(plan.roles.execution, () =>
    call('ensureExecutionRole', `IAM role ${plan.roles.execution}`, {
      owner,
      name: plan.roles.execution,
      secrets: arns,
    }),
  );
  return { execution: await execution, task: await task };
}

async function ensureSecurityGroups(run: Migration, { network }: Survey) {
  const { plan, owner } = run;
  const { vpcId, vpcCidr } = network;
  const remove = (name: string) => () =>
    call('removeSecurityGroup', `remove security group ${name}`, { owner, name, vpcId });
  const { loadBalancerSecurityGroup, taskSecurityGroup } = plan.network;
  for (const name of [loadBalancerSecurityGroup, taskSecurityGroup]) {
    run.before('restore', `take our own rules off security group ${name}`, () =>
      call('removeSecurityGroupRules', `take our rules off security group ${name}`, { owner, name, vpcId }),
    );
  }
  const publicAccess = plan.loadBalancer.scheme === 'internet-facing';
  const alb = await run.ensure(`security group ${loadBalancerSecurityGroup}`, remove(loadBalancerSecurityGroup), () =>
    call('ensureLoadBalancerSecurityGroup', `security group ${loadBalancerSecurityGroup}`, {
      owner,
      name: loadBalancerSecurityGroup,
      vpcId,
      publicAccess,
      vpcCidr,
    }),
  );
  const tasks = await run.ensure(`security group ${taskSecurityGroup}`, remove(taskSecurityGroup), () =>
    call('ensureTaskSecurityGroup', `security group ${taskSecurityGroup}`, {
      owner,
      name: taskSecurityGroup,
      vpcId,
      loadBalancerSecurityGroup: alb.id,
      ...taskPorts(plan),
    }),
  );
  return { alb, tasks };
}

function ensureTargetGroups(run: Migration, { network }: Survey): Promise<TargetGroup>[] {
  const { plan, owner } = run;
  return Object.entries(plan.services)
    .filter(([, service]) => service.expose)
    .map(([name, service]) => {
      const group = targetGroupOf(name, service);
      return run.ensure(
        `target group ${group}`,
        () => call('removeTargetGroup', `remove target group ${group}`, { owner, name: group }),
        () =>
          call('ensureTargetGroup', `target group ${group}`, {
            owner,
            name: group,
            service: name,
            vpcId: network.vpcId,
            port: service.port,
            healthPath: service.health.path,
            deregistrationDelay: plan.loadBalancer.deregistrationDelay,
          }),
      );
    });
}

/** The HTTPS listener, then a rule per exposed service: ECS takes a target group only once a load balancer has it. */
async function ensureRules(
  run: Migration,
  { network }: Survey,
  loadBalancer: Promise<LoadBalancer>,
  targetGroups: Promise<TargetGroup>[],
): Promise<void> {
  const { plan, owner } = run;
  const { id: balancer } = await loadBalancer;
  const listener = await run.ensure('HTTPS listener', null, () =>
    call('ensureListener', 'HTTPS listener, 503 by default', {
      owner,
      loadBalancer: balancer,
      certificate: plan.certificate,
    }),
  );
  for (const group of await Promise.all(targetGroups)) {
    const service = plan.services[group.service]!;
    const expose = service.expose!;
    for (const host of hostsOf(plan, group.service, service)) {
      await run.ensure(
        `rule for ${host}`,
        () => call('removeListenerRule', `remove rule for ${host}`, { owner, loadBalancer: balancer, host }),
        () =>
          call('ensureListenerRule', `rule ${host} → ${group.service}`, {
            owner,
            listener: listener.id,
            host,
            paths: expose.paths,
            targetGroup: group.id,
            ...(expose.public ? {} : { sourceCidr: network.vpcCidr }),
          }),
      );
    }
  }
}
