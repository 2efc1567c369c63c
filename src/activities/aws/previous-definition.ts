import {
  DescribeTaskDefinitionCommand,
  paginateListTaskDefinitions,
  type DescribeTaskDefinitionCommandOutput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf, OutputOf } from '../../contract/activities';
import type { Deps } from '../clients';
import { isOurs } from '../owner';
import { listChanges } from './task-definition-parts';
import { buildTaskDefinition } from './task-definition-shape';
import { noPrevious } from './texts';

/** What would change were a definition registered and run in place of the one that runs. */
export async function compareDefinition(
  deps: Deps,
  { runs, definition }: InputOf<'compareDefinition'>,
): Promise<OutputOf<'compareDefinition'>> {
  const { taskDefinition: found } = await describeDefinition(deps, runs);
  return {
    changes: listChanges(found!, buildTaskDefinition(definition)),
  };
}

/**
 * The newest revision of ours before the one that runs that is switched alike: one with other duties is of another
 * time of the migration.
 * @throws NoPrevious
 */
export async function findPreviousDefinition(
  deps: Deps,
  { owner, service, runs, switches }: InputOf<'findPreviousDefinition'>,
): Promise<OutputOf<'findPreviousDefinition'>> {
  const { taskDefinition: running } = await describeDefinition(deps, runs);
  const { family, revision } = running!;
  for await (const arn of listNewestFirst(deps, family!)) {
    if (revisionOf(arn) >= revision!) continue;
    const { taskDefinition: found, tags } = await describeDefinition(deps, arn);
    const isAlike = readSwitches(found!, switches) === readSwitches(running!, switches);
    if (!isOurs(tags, owner) || !isAlike) continue;
    return {
      taskDefinition: arn,
      image: found!.containerDefinitions![0]!.image!,
      ...readCount(found!),
      changes: listChanges(running!, found!),
    };
  }
  throw ApplicationFailure.nonRetryable(noPrevious(service, `${family}:${revision}`), 'NoPrevious');
}

/** @param id ARN, or a family for its newest revision */
export function describeDefinition(deps: Deps, id: string): Promise<DescribeTaskDefinitionCommandOutput> {
  const command = new DescribeTaskDefinitionCommand({
    taskDefinition: id,
    include: ['TAGS'],
  });
  return deps.clients.ecs.send(command);
}

async function* listNewestFirst({ clients }: Deps, family: string): AsyncGenerator<string> {
  const wanted = {
    familyPrefix: family,
    status: 'ACTIVE',
    sort: 'DESC',
  } as const;
  const pages = paginateListTaskDefinitions({ client: clients.ecs }, wanted);
  for await (const { taskDefinitionArns = [] } of pages) {
    // a prefix is that of other families too
    yield* taskDefinitionArns.filter((arn) => arn.includes(`/${family}:`));
  }
}

function revisionOf(arn: string): number {
  return Number(arn.split(':').at(-1));
}

/** The count that it was registered for, where it says one. */
function readCount({ containerDefinitions = [] }: TaskDefinition): { count?: number } {
  const environment = containerDefinitions[0]?.environment ?? [];
  const count = Number(environment.find(({ name }) => name === 'TASK_COUNT')?.value);
  return Number.isInteger(count) && count > 0 ? { count } : {};
}

function readSwitches({ containerDefinitions = [] }: TaskDefinition, names: string[]): string {
  const environment = containerDefinitions[0]?.environment ?? [];
  const values = names.map((wanted) => environment.find(({ name }) => name === wanted)?.value);
  return JSON.stringify(values);
}
