import { isDeepStrictEqual } from 'node:util';
import { DeregisterTaskDefinitionCommand, DescribeTaskDefinitionCommand, paginateListTaskDefinitions, RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput, type TaskDefinition } from '@aws-sdk/client-ecs';
import type { Deps } from './aws';
import { isAws } from './failures';
import { isOurs, ownershipOf, smallTagsOf } from './owner';
import type { Activities } from './types';

type Request = Parameters<Activities['ensureTaskDefinition']>[0];

/** Fargate's most; the plan document asks for it, so that stores can flush. */
const STOP_TIMEOUT_S = 120;

/** One task definition as `aws ecs register-task-definition --cli-input-json` takes it. */
export function taskDefinitionOf({ owner, service, plan, region, family, image, executionRole, taskRole, logGroup, environment }: Request): RegisterTaskDefinitionCommandInput {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const secrets = Object.entries(plan.secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(plan.cpu * 1024),
    memory: String(plan.memory * 1024),
    executionRoleArn: executionRole,
    taskRoleArn: taskRole,
    containerDefinitions: [{
      name: service,
      image,
      essential: true,
      memory: plan.memory * 1024,
      portMappings: [plan.port, ...plan.extraPorts].map((containerPort) => ({ containerPort, protocol: 'tcp' as const })),
      environment: variables,
      ...(secrets.length > 0 ? { secrets } : {}),
      stopTimeout: STOP_TIMEOUT_S,
      ...(plan.health.command ? { healthCheck: { command: plan.health.command, interval: 15, timeout: 5, retries: 3, startPeriod: plan.health.startPeriod } } : {}),
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': logGroup, 'awslogs-region': region, 'awslogs-stream-prefix': service } },
    }],
    tags: smallTagsOf(owner),
  };
}

/** Everything we set, as AWS gives it back: what it adds by itself is no difference. */
function same(wanted: RegisterTaskDefinitionCommandInput, found: TaskDefinition): boolean {
  const [ours, theirs] = [wanted.containerDefinitions![0]!, found.containerDefinitions?.[0]];
  const fields = ['image', 'environment', 'secrets', 'healthCheck', 'stopTimeout', 'logConfiguration', 'memory'] as const;
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown;
  return (['cpu', 'memory', 'executionRoleArn', 'taskRoleArn'] as const).every((key) => wanted[key] === found[key])
    && fields.every((key) => ours[key] === undefined || isDeepStrictEqual(plain(ours[key]), plain(theirs?.[key])));
}

/** Task definitions; AWS makes a new revision at every call, so an equal one of this migration is used again. */
export function taskDefinitionActivities({ clients: { ecs } }: Deps) {
  async function latest(family: string) {
    try {
      return await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] }));
    } catch (error) {
      if (isAws(error, 'Client')) return undefined;
      throw error;
    }
  }

  return {
    async ensureTaskDefinition(request) {
      const wanted = taskDefinitionOf(request);
      const found = await latest(request.family);
      if (found?.taskDefinition && same(wanted, found.taskDefinition) && isOurs(found.tags, request.owner)) {
        return { id: found.taskDefinition.taskDefinitionArn!, ownership: ownershipOf(found.tags, request.owner) };
      }
      const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(wanted));
      return { id: taskDefinition!.taskDefinitionArn!, ownership: 'created' };
    },

    async removeTaskDefinition({ owner, family }) {
      for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client: ecs }, { familyPrefix: family, status: 'ACTIVE' })) {
        for (const arn of taskDefinitionArns) {
          const { tags } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }));
          if (ownershipOf(tags, owner) === 'created') await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
        }
      }
    },
  } satisfies Partial<Activities>;
}
