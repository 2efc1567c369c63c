import {
  DeregisterTaskDefinitionCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
} from '@aws-sdk/client-ecs';
import type { InputOf } from '../../contract/activities';
import type { Resource } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ecsTagsOf, isOurs, ownershipOf } from '../owner';
import { copyDefinition } from './definition-copy';
import { describeDefinition } from './previous-definition';
import { listChanges } from './task-definition-parts';
import { buildTaskDefinition } from './task-definition-shape';

/**
 * Registers a task definition, where the newest is not an
 * equal one of this migration: each call makes a revision.
 */
export async function ensureTaskDefinition(deps: Deps, request: InputOf<'ensureTaskDefinition'>): Promise<Resource> {
  const { owner, family } = request;
  const wanted = 'copyOf' in request ? await copyDefinition(deps, request) : buildTaskDefinition(request);
  const { taskDefinition: found, tags } = await findLatest(deps, family);
  if (found && listChanges(found, wanted).length === 0 && isOurs(tags, owner))
    return {
      id: found.taskDefinitionArn!,
      ownership: ownershipOf(tags, owner),
    };
  const command = new RegisterTaskDefinitionCommand({
    ...wanted,
    tags: ecsTagsOf(owner),
  });
  const { taskDefinition } = await deps.clients.ecsOnce.send(command);
  return {
    id: taskDefinition!.taskDefinitionArn!,
    ownership: 'created',
  };
}

/** Deregisters the revisions of a family that this run registered. */
export async function removeTaskDefinition(deps: Deps, request: InputOf<'removeTaskDefinition'>): Promise<void> {
  const { owner, family } = request;
  const { ecs } = deps.clients;
  const pages = paginateListTaskDefinitions(
    { client: ecs },
    {
      familyPrefix: family,
      status: 'ACTIVE',
    },
  );
  for await (const { taskDefinitionArns = [] } of pages) {
    for (const arn of taskDefinitionArns) {
      const { tags } = await describeDefinition(deps, arn);
      if (ownershipOf(tags, owner) !== 'created') continue;
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    }
  }
}

/** The newest revision of a family and its tags; without one, nothing. */
async function findLatest(
  deps: Deps,
  family: string,
): Promise<Pick<DescribeTaskDefinitionCommandOutput, 'taskDefinition' | 'tags'>> {
  try {
    return await describeDefinition(deps, family);
  } catch (error) {
    if (isAws(error, 'Client')) return {};
    throw error;
  }
}
