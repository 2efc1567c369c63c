import { DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateListInstances } from '@aws-sdk/client-servicediscovery';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { heartbeat, pauses } from '../pacing';
import { isOurs, ownershipOf, smallTagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Ownership } from '../../contract/resources';

const POLL_MS = 1000;
/** Seconds in which a starting task is not judged by the load balancer; the ready endpoints take 15 to 17. */
const GRACE_S = 120;
/** How long DescribeServices may still show what was before an update. */
const CONSISTENT_MS = 10_000;

const primaryOf = ({ deployments }: Service) => deployments?.find(({ status }) => status === 'PRIMARY');

/** ECS services: made, brought to a count, and what keeps them from it in words. */
export function serviceActivities({ clients: { ecs, elb, discovery, logs } }: Deps) {
  async function find(cluster: string, name: string): Promise<Service | undefined> {
    const { services = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] }),
    );
    return services.find(({ status }) => status !== 'INACTIVE');
  }

  /** Why the newest stopped task ended; empty when none did. */
  async function lastEnd(cluster: string, service: string): Promise<string> {
    const { taskArns = [] } = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'STOPPED' }),
    );
    if (taskArns.length === 0) return '';
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(-10) }));
    return (
      tasks
        .map(({ stoppedReason }) => stoppedReason)
        .find((reason) => reason && !reason.startsWith('Scaling activity')) ?? ''
    );
  }

  async function whyNot(cluster: string, found: Service | undefined, name: string): Promise<string> {
    if (!found) return `there is no service ${name} in ${cluster}`;
    const primary = primaryOf(found);
    const end = await lastEnd(cluster, name);
    const parts = [
      `${found.runningCount ?? 0} of ${found.desiredCount ?? 0} tasks run`,
      primary?.rolloutState === 'FAILED' ? primary.rolloutStateReason : '',
      end ? `a task ended: ${end}` : '',
      !end && found.events?.[0]?.message ? `ECS says: ${found.events[0].message}` : '',
    ];
    return parts.filter(Boolean).join('; ');
  }

  return {
    async ensureService({
      owner,
      service,
      plan,
      cluster,
      taskDefinition,
      subnets,
      securityGroup,
      registry,
      targetGroup,
    }) {
      const capacityProviderStrategy = Object.entries(plan.capacity).map(([capacityProvider, { base, weight }]) => ({
        capacityProvider,
        base,
        weight,
      }));
      const deploymentConfiguration = {
        ...plan.deployment,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      };
      const found = await find(cluster, service);
      if (found?.status === 'DRAINING')
        throw ApplicationFailure.retryable(
          `service ${service} is still Draining in ${cluster}; its name is free when its last task has ended`,
          'Draining',
        );
      if (found) {
        const ownership: Ownership = ownershipOf(found.tags, owner);
        const failed = primaryOf(found)?.rolloutState === 'FAILED';
        const current = found.taskDefinition === taskDefinition && found.desiredCount === plan.count && !failed;
        if (isOurs(found.tags, owner) && !current) {
          // a deployment that failed starts no task any more, whatever was mended meanwhile
          await ecs.send(
            new UpdateServiceCommand({
              cluster,
              service,
              taskDefinition,
              desiredCount: plan.count,
              forceNewDeployment: failed,
            }),
          );
        } else if (!isOurs(found.tags, owner) && found.desiredCount !== plan.count) {
          throw ApplicationFailure.nonRetryable(
            `service ${service} in ${cluster} is somebody else's and has ${found.desiredCount} tasks, the plan wants ${plan.count}; scale it, or set services.${service}.count to ${found.desiredCount}`,
            'Conflict',
          );
        }
        return {
          id: found.serviceArn!,
          ownership,
          taskDefinition: isOurs(found.tags, owner) ? taskDefinition : found.taskDefinition!,
        };
      }
      const made = await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName: service,
          taskDefinition,
          desiredCount: plan.count,
          capacityProviderStrategy,
          deploymentConfiguration,
          networkConfiguration: {
            awsvpcConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: 'DISABLED' },
          },
          serviceRegistries: [{ registryArn: registry }],
          ...(targetGroup
            ? {
                loadBalancers: [{ targetGroupArn: targetGroup, containerName: service, containerPort: plan.port }],
                healthCheckGracePeriodSeconds: GRACE_S,
              }
            : {}),
          propagateTags: 'SERVICE',
          enableECSManagedTags: true,
          clientToken: `${owner.run.slice(0, 18)}-${service}`.slice(0, 36),
          tags: smallTagsOf(owner),
        }),
      );
      return { id: made.service!.serviceArn!, ownership: 'created', taskDefinition };
    },

    /** A circuit breaker that went back to another task definition becomes steady too: that is a failure. */
    async awaitSteadyState({ cluster, service, count, timeoutMs, taskDefinition }) {
      const began = Date.now();
      const pause = pauses(POLL_MS);
      for (;;) {
        const found = await find(cluster, service);
        const primary = found && primaryOf(found);
        const running = found?.runningCount ?? 0;
        const other =
          taskDefinition !== undefined && primary !== undefined && primary.taskDefinition !== taskDefinition;
        heartbeat({ service, running, of: count, rollout: primary?.rolloutState });
        if (
          !other &&
          running === count &&
          found?.desiredCount === count &&
          found.deployments?.length === 1 &&
          primary?.rolloutState === 'COMPLETED'
        ) {
          return { running, seconds: Math.round((Date.now() - began) / 1000) };
        }
        const wentBack = other && primary.rolloutState === 'COMPLETED' && Date.now() - began > CONSISTENT_MS;
        const failed = primary?.rolloutState === 'FAILED' || wentBack;
        if (failed || Date.now() - began > timeoutMs) {
          throw ApplicationFailure.nonRetryable(
            `${service} does not become steady: ${wentBack ? `its circuit breaker went back to ${primary.taskDefinition?.split('/').at(-1)}; ` : ''}${await whyNot(cluster, found, service)}; see its log group and aws ecs describe-services, mend it, then retry`,
            'NotSteady',
          );
        }
        await pause();
      }
    },

    async verifyService({ cluster, service, count, targetGroup, discoveryService, logGroup }) {
      const problems: string[] = [];
      const found = await find(cluster, service);
      if ((found?.runningCount ?? 0) < count) problems.push(`${found?.runningCount ?? 0} of ${count} tasks run`);
      if (targetGroup) {
        const { TargetHealthDescriptions = [] } = await elb.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
        );
        const healthy = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
        if (healthy < count) problems.push(`${healthy} of ${count} targets are healthy`);
      }
      let instances = 0;
      for await (const page of paginateListInstances(
        { client: discovery },
        { ServiceId: discoveryService.split('/').at(-1) },
      ))
        instances += page.Instances?.length ?? 0;
      if (instances < count) problems.push(`${instances} of ${count} tasks are in Cloud Map`);
      const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: logGroup, limit: 1 }));
      if (logStreams.length === 0) problems.push(`nothing is in log group ${logGroup}`);
      return { problems };
    },

    async findServices({ cluster, services }) {
      const found = await Promise.all(services.map((name) => find(cluster, name)));
      return Object.fromEntries(
        found.flatMap((service) =>
          service
            ? [[service.serviceName!, { count: service.desiredCount ?? 0, taskDefinition: service.taskDefinition! }]]
            : [],
        ),
      );
    },

    async scaleService({ owner, cluster, service, count, taskDefinition }) {
      const found = await find(cluster, service);
      const before = found?.desiredCount ?? 0;
      const other = before !== count || (taskDefinition !== undefined && found?.taskDefinition !== taskDefinition);
      if (found?.status === 'ACTIVE' && isOurs(found.tags, owner) && other)
        await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: count, taskDefinition }));
      if (found && isOurs(found.tags, owner)) {
        const pause = pauses(POLL_MS);
        for (
          let running = found.runningCount ?? 0;
          running > count;
          running = (await find(cluster, service))?.runningCount ?? 0
        ) {
          heartbeat({ service, running });
          await pause();
        }
      }
      return { before };
    },

    async removeService({ owner, cluster, service }) {
      const found = await find(cluster, service);
      if (!found || found.status === 'DRAINING' || ownershipOf(found.tags, owner) !== 'created') return;
      await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    },
  } satisfies Partial<Activities>;
}
