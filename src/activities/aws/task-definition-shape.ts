import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Volume } from '@aws-sdk/client-ecs';
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
    ...(plan.ephemeralStorage ? { ephemeralStorage: { sizeInGiB: plan.ephemeralStorage } } : {}),
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
  const { service, plan, volume, datagramPorts = [] } = definition;
  const secrets = Object.entries(plan.secrets).map(([name, valueFrom]) => ({
    name,
    valueFrom,
  }));
  const ports = [plan.port, ...plan.extraPorts];
  const ofSidecars = Object.values(plan.sidecars).reduce((sum, { memory }) => sum + memory, 0);
  const { command, startPeriod } = plan.health;
  return {
    name: service,
    ...buildSharedPart(definition),
    essential: true,
    memory: plan.memory * MB_PER_GB - ofSidecars,
    portMappings: [
      ...ports.map((containerPort) => ({
        containerPort,
        protocol: 'tcp' as const,
      })),
      ...datagramPorts.map((containerPort) => ({
        containerPort,
        protocol: 'udp' as const,
      })),
    ],
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
    ...(essential
      ? {}
      : {
          restartPolicy: {
            enabled: true,
            restartAttemptPeriod: RESTART_S,
          },
        }),
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
    environment: Object.entries(environment).map(([name, value]) => ({
      name,
      value,
    })),
    stopTimeout: STOP_TIMEOUT_S,
    logConfiguration: {
      logDriver: 'awslogs',
      options,
    },
  };
}
