import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { ProbePlace } from '../../contract/probes';
import { PROBE_FAMILY } from '../../plan/names';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ecsTagsOf, isOurs } from '../owner';

/** The probe's only container; its log streams are named after it. */
export const PROBE_CONTAINER = 'probe';

const MEMORY_MB = 512;

/**
 * The ARN of the probe's task definition: the newest, where
 * it is of this migration and fits the place, or a new one.
 */
export async function ensureProbeDefinition(deps: Deps, place: ProbePlace): Promise<string> {
  const found = await findProbeDefinition(deps, place);
  if (found && fitsPlace(found, place)) return found.taskDefinitionArn!;
  const command = new RegisterTaskDefinitionCommand({
    family: PROBE_FAMILY,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: String(MEMORY_MB),
    executionRoleArn: place.executionRole,
    tags: ecsTagsOf(place.owner),
    containerDefinitions: [buildContainer(place)],
  });
  const { taskDefinition } = await deps.clients.ecsOnce.send(command);
  return taskDefinition!.taskDefinitionArn!;
}

async function findProbeDefinition(deps: Deps, { owner }: ProbePlace): Promise<TaskDefinition | undefined> {
  const { ecs } = deps.clients;
  try {
    const command = new DescribeTaskDefinitionCommand({
      taskDefinition: PROBE_FAMILY,
      include: ['TAGS'],
    });
    const { taskDefinition, tags } = await ecs.send(command);
    return isOurs(tags, owner) ? taskDefinition : undefined;
  } catch (error) {
    if (isAws(error, 'Client')) return undefined;
    throw error;
  }
}

function fitsPlace({ containerDefinitions, executionRoleArn }: TaskDefinition, place: ProbePlace): boolean {
  const [container] = containerDefinitions ?? [];
  const logGroup = container?.logConfiguration?.options?.['awslogs-group'];
  return container?.image === place.image && logGroup === place.logGroup && executionRoleArn === place.executionRole;
}

function buildContainer({ image, logGroup, region }: ProbePlace): ContainerDefinition {
  const options = {
    'awslogs-group': logGroup,
    'awslogs-region': region,
    'awslogs-stream-prefix': PROBE_CONTAINER,
  };
  return {
    name: PROBE_CONTAINER,
    image,
    essential: true,
    memory: MEMORY_MB,
    entryPoint: ['sh', '-c'],
    command: ['true'],
    logConfiguration: {
      logDriver: 'awslogs',
      options,
    },
  };
}
