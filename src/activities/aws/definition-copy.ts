import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { DefinitionCopy } from '../../contract/services';
import type { Deps } from '../clients';
import { describeDefinition } from './previous-definition';
import type { TaskDefinitionInput } from './task-definition-shape';

/** What a registered task definition says, with some variables of its containers set anew. */
export async function copyDefinition(
  deps: Deps,
  { family, copyOf, switches }: DefinitionCopy,
): Promise<TaskDefinitionInput> {
  const { taskDefinition } = await describeDefinition(deps, copyOf);
  const { containerDefinitions = [], ...found } = taskDefinition!;
  return {
    family,
    networkMode: found.networkMode,
    requiresCompatibilities: found.requiresCompatibilities,
    cpu: found.cpu,
    memory: found.memory,
    executionRoleArn: found.executionRoleArn,
    taskRoleArn: found.taskRoleArn,
    runtimePlatform: found.runtimePlatform,
    ephemeralStorage: found.ephemeralStorage,
    volumes: found.volumes,
    containerDefinitions: containerDefinitions.map((container) => switchContainer(container, switches)),
  };
}

/** A service's own container and its sidecars are told the same. */
function switchContainer(container: ContainerDefinition, switches: DefinitionCopy['switches']): ContainerDefinition {
  const { environment = [] } = container;
  const kept = environment.filter(({ name }) => !Object.hasOwn(switches, name!));
  const set = Object.entries(switches).flatMap(([name, value]) =>
    value === null
      ? []
      : [
          {
            name,
            value,
          },
        ],
  );
  return {
    ...container,
    environment: [...kept, ...set],
  };
}
