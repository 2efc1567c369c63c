import { isDeepStrictEqual } from 'node:util';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
  type Volume,
} from '@aws-sdk/client-ecs';
import type { Definition } from '../../plan/definition';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { isOurs, ownershipOf, smallTagsOf } from '../owner';
import type { Activities } from '../../contract/activities';

/** Fargate's most; the plan document asks for it, so that stores can flush. */
const STOP_TIMEOUT_S = 120;
const MB_PER_GB = 1024;
/** A sidecar that ends by itself comes back after this; AWS's shortest (API reference, ContainerRestartPolicy). */
const RESTART_S = 60;

/** The one volume's name. */
const DATA = 'data';

/**
 * One task definition as `aws ecs register-task-definition --cli-input-json` takes it, without tags. The service's own
 * container stands first, with what its sidecars leave of the task's memory.
 */
export function taskDefinitionOf({
  service,
  plan,
  region,
  family,
  image,
  executionRole,
  taskRole,
  logGroup,
  environment,
  volume,
}: Definition): RegisterTaskDefinitionCommandInput & { containerDefinitions: ContainerDefinition[] } {
  const secrets = Object.entries(plan.secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  const sidecars = Object.entries(plan.sidecars);
  const shared = {
    image,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    stopTimeout: STOP_TIMEOUT_S,
    logConfiguration: {
      logDriver: 'awslogs' as const,
      options: { 'awslogs-group': logGroup, 'awslogs-region': region, 'awslogs-stream-prefix': service },
    },
  };
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(plan.cpu * 1024),
    memory: String(plan.memory * MB_PER_GB),
    executionRoleArn: executionRole,
    taskRoleArn: taskRole,
    ...(volume
      ? {
          volumes: [
            {
              name: DATA,
              efsVolumeConfiguration: {
                fileSystemId: volume.fileSystem,
                rootDirectory: volume.directory,
                transitEncryption: 'ENABLED' as const,
              },
            },
          ],
        }
      : {}),
    containerDefinitions: [
      {
        name: service,
        ...shared,
        essential: true,
        memory: plan.memory * MB_PER_GB - sidecars.reduce((sum, [, { memory }]) => sum + memory, 0),
        portMappings: [plan.port, ...plan.extraPorts].map((containerPort) => ({
          containerPort,
          protocol: 'tcp' as const,
        })),
        ...(volume ? { mountPoints: [{ sourceVolume: DATA, containerPath: volume.path, readOnly: false }] } : {}),
        ...(secrets.length > 0 ? { secrets } : {}),
        ...(plan.health.command
          ? {
              healthCheck: {
                command: plan.health.command,
                interval: 15,
                timeout: 5,
                retries: 3,
                startPeriod: plan.health.startPeriod,
              },
            }
          : {}),
      },
      ...sidecars.map(([name, { entryPoint, command, memory, essential }]) => ({
        name,
        ...shared,
        entryPoint,
        command,
        memory,
        essential,
        ...(essential ? {} : { restartPolicy: { enabled: true, restartAttemptPeriod: RESTART_S } }),
      })),
    ],
  };
}

/** What of a container we set. AWS gives the variables back in an order of its own. */
const FIELDS = [
  'image',
  'essential',
  'entryPoint',
  'command',
  'environment',
  'secrets',
  'healthCheck',
  'stopTimeout',
  'logConfiguration',
  'memory',
  'restartPolicy',
  'mountPoints',
] as const;
const plain = (value: unknown) =>
  Array.isArray(value) && value.length === 0 ? null : (JSON.parse(JSON.stringify(value ?? null)) as unknown);
const byName = <T extends { name?: string | undefined }>(list: T[] | undefined) =>
  list && [...list].sort((a, b) => (a.name! < b.name! ? -1 : 1));

function comparable(container: ContainerDefinition | undefined) {
  const { environment, secrets, portMappings, ...rest } = container ?? {};
  const ports = portMappings?.map(({ containerPort, protocol }) => ({ containerPort, protocol }));
  const all: ContainerDefinition = { ...rest, environment: byName(environment), secrets: byName(secrets) };
  return {
    name: rest.name,
    ports: plain(ports),
    ...Object.fromEntries(FIELDS.map((field) => [field, plain(all[field])])),
  };
}

const placesOf = ({ volumes = [] }: { volumes?: Volume[] | undefined }) =>
  volumes.map(({ name, efsVolumeConfiguration }) => [
    name,
    efsVolumeConfiguration?.fileSystemId,
    efsVolumeConfiguration?.rootDirectory,
  ]);

/** Everything we set, as AWS gives it back: what it adds by itself is no difference. */
function same(wanted: ReturnType<typeof taskDefinitionOf>, found: TaskDefinition): boolean {
  const theirs = found.containerDefinitions ?? [];
  return (
    (['cpu', 'memory', 'executionRoleArn', 'taskRoleArn'] as const).every((key) => wanted[key] === found[key]) &&
    isDeepStrictEqual(placesOf(wanted), placesOf(found)) &&
    theirs.length === wanted.containerDefinitions.length &&
    wanted.containerDefinitions.every((ours) =>
      isDeepStrictEqual(comparable(ours), comparable(theirs.find(({ name }) => name === ours.name))),
    )
  );
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
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({ ...wanted, tags: smallTagsOf(request.owner) }),
      );
      return { id: taskDefinition!.taskDefinitionArn!, ownership: 'created' };
    },

    async removeTaskDefinition({ owner, family }) {
      for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions(
        { client: ecs },
        { familyPrefix: family, status: 'ACTIVE' },
      )) {
        for (const arn of taskDefinitionArns) {
          const { tags } = await ecs.send(
            new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
          );
          if (ownershipOf(tags, owner) === 'created')
            await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
        }
      }
    },
  } satisfies Partial<Activities>;
}
