import { isDeepStrictEqual } from 'node:util';
import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
  Volume,
} from '@aws-sdk/client-ecs';
import type { ServiceDefinition } from '../../plan/definition';

/** Fargate's most; the plan document asks for it, so that stores can flush. */
const STOP_TIMEOUT_S = 120;
const MB_PER_GB = 1024;
const CPU_UNITS = 1024;
/**
 * A sidecar that ends by itself comes back after this;
 * AWS's shortest (API reference, ContainerRestartPolicy).
 */
const RESTART_S = 60;

/** Seconds between and of the container's checks, and how many may fail. */
const HEALTH_CHECK = {
  interval: 15,
  timeout: 5,
  retries: 3,
};

/** The one volume's name. */
const DATA = 'data';

/** A task definition that always has containers. */
export interface TaskDefinitionInput extends RegisterTaskDefinitionCommandInput {
  containerDefinitions: ContainerDefinition[];
}

/**
 * One task definition as `aws ecs register-task-definition
 * --cli-input-json` takes it, without tags. The service's own container
 * stands first, with what its sidecars leave of the task's memory.
 */
export function buildTaskDefinition(definition: ServiceDefinition): TaskDefinitionInput {
  const { plan, family, executionRole, taskRole, volume } = definition;
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(plan.cpu * CPU_UNITS),
    memory: String(plan.memory * MB_PER_GB),
    executionRoleArn: executionRole,
    taskRoleArn: taskRole,
    ...(volume ? { volumes: [buildVolume(volume)] } : {}),
    containerDefinitions: [buildContainer(definition), ...buildSidecars(definition)],
  };
}

function buildVolume({ fileSystem, directory }: NonNullable<ServiceDefinition['volume']>): Volume {
  return {
    name: DATA,
    efsVolumeConfiguration: {
      fileSystemId: fileSystem,
      rootDirectory: directory,
      transitEncryption: 'ENABLED',
    },
  };
}

function buildContainer(definition: ServiceDefinition): ContainerDefinition {
  const { service, plan, volume } = definition;
  const secrets = Object.entries(plan.secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  const ports = [plan.port, ...plan.extraPorts];
  const ofSidecars = Object.values(plan.sidecars).reduce((sum, { memory }) => sum + memory, 0);
  const { command, startPeriod } = plan.health;
  return {
    name: service,
    ...buildSharedPart(definition),
    essential: true,
    memory: plan.memory * MB_PER_GB - ofSidecars,
    portMappings: ports.map((containerPort) => ({ containerPort, protocol: 'tcp' })),
    ...(volume
      ? {
          mountPoints: [
            {
              sourceVolume: DATA,
              containerPath: volume.path,
              readOnly: false,
            },
          ],
        }
      : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(command
      ? {
          healthCheck: {
            command,
            ...HEALTH_CHECK,
            startPeriod,
          },
        }
      : {}),
  };
}

function buildSidecars(definition: ServiceDefinition): ContainerDefinition[] {
  const shared = buildSharedPart(definition);
  const sidecars = Object.entries(definition.plan.sidecars);
  return sidecars.map(([name, { entryPoint, command, memory, essential }]) => ({
    name,
    ...shared,
    entryPoint,
    command,
    memory,
    essential,
    ...(essential ? {} : { restartPolicy: { enabled: true, restartAttemptPeriod: RESTART_S } }),
  }));
}

/** What the service's container and its sidecars have alike. */
function buildSharedPart({ service, region, image, logGroup, environment }: ServiceDefinition): ContainerDefinition {
  const options = {
    'awslogs-group': logGroup,
    'awslogs-region': region,
    'awslogs-stream-prefix': service,
  };
  return {
    image,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    stopTimeout: STOP_TIMEOUT_S,
    logConfiguration: { logDriver: 'awslogs', options },
  };
}

/** What of a task definition we set, its containers and volumes apart. */
const TASK_FIELDS = ['cpu', 'memory', 'executionRoleArn', 'taskRoleArn'] as const;

/** What of a container we set, its name and ports apart. */
const CONTAINER_FIELDS = [
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

/** Whether AWS has what we would register: what it adds by itself is no difference. */
export function isSameTaskDefinition(wanted: TaskDefinitionInput, found: TaskDefinition): boolean {
  const foundContainers = found.containerDefinitions ?? [];
  return (
    TASK_FIELDS.every((field) => wanted[field] === found[field]) &&
    isDeepStrictEqual(listVolumes(wanted), listVolumes(found)) &&
    foundContainers.length === wanted.containerDefinitions.length &&
    wanted.containerDefinitions.every((container) => {
      const counterpart = foundContainers.find(({ name }) => name === container.name);
      return isDeepStrictEqual(pickComparable(container), pickComparable(counterpart ?? {}));
    })
  );
}

/** AWS returns variables and secrets in an order of its own. */
function pickComparable(container: ContainerDefinition): Record<string, unknown> {
  const { name, environment, secrets, portMappings } = container;
  const ports = portMappings?.map(({ containerPort, protocol }) => ({ containerPort, protocol }));
  const sorted = {
    ...container,
    environment: sortByName(environment),
    secrets: sortByName(secrets),
  };
  const fields = CONTAINER_FIELDS.map((field) => [field, normaliseValue(sorted[field])]);
  return {
    name,
    ports: normaliseValue(ports),
    ...Object.fromEntries(fields),
  };
}

function listVolumes({ volumes = [] }: { volumes?: Volume[] | undefined }): unknown[] {
  return volumes.map(({ name, efsVolumeConfiguration }) => [
    name,
    efsVolumeConfiguration?.fileSystemId,
    efsVolumeConfiguration?.rootDirectory,
  ]);
}

/**
 * Null for what is absent and for an empty list, which
 * AWS adds; without the keys that are undefined.
 */
function normaliseValue(value: unknown): unknown {
  if (Array.isArray(value) && value.length === 0) return null;
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

function sortByName<T extends { name?: string | undefined }>(entries: T[] | undefined): T[] | undefined {
  return entries && [...entries].sort((a, b) => (a.name! < b.name! ? -1 : 1));
}
