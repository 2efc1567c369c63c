import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  paginateDescribeLogGroups,
  ListTagsLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { InputOf } from '../../contract/activities';
import type { OwnedName, Resource } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { MIGRATION_TAG, ownershipOf, RUN_TAG } from '../owner';
import { collect } from '../pages';

/** Finds the CloudWatch log group, or creates it; an adopted one keeps its retention. */
export async function ensureLogGroup(deps: Deps, input: InputOf<'ensureLogGroup'>): Promise<Resource> {
  const { name, retentionDays } = input;
  const found = await findLogGroup(deps, input);
  if (found?.ownership === 'adopted') return found;
  if (!found) await createLogGroup(deps, input);
  const command = new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: retentionDays });
  await deps.clients.logs.send(command);
  return { id: name, ownership: 'created' };
}

/** Deletes the log group if this run created it. */
export async function removeLogGroup(deps: Deps, input: OwnedName): Promise<void> {
  const found = await findLogGroup(deps, input);
  if (found?.ownership !== 'created') return;
  const command = new DeleteLogGroupCommand({ logGroupName: input.name });
  await deps.clients.logs.send(command);
}

/** Whether there is a log group of this name, whoever made it. */
export async function hasLogGroup(deps: Deps, name: string): Promise<boolean> {
  const logGroups = await collect(
    paginateDescribeLogGroups({ client: deps.clients.logs }, { logGroupNamePrefix: name }),
    (page) => page.logGroups,
  );
  return logGroups.some(({ logGroupName }) => logGroupName === name);
}

async function findLogGroup(deps: Deps, { owner, name }: OwnedName): Promise<Resource | undefined> {
  if (!(await hasLogGroup(deps, name))) return undefined;
  const { tags } = await deps.clients.logs.send(new ListTagsLogGroupCommand({ logGroupName: name }));
  return { id: name, ownership: ownershipOf(tags, owner) };
}

async function createLogGroup(deps: Deps, { owner, name }: OwnedName): Promise<void> {
  const { logs } = deps.clients;
  const tags = { [MIGRATION_TAG]: owner.migration, [RUN_TAG]: owner.run };
  try {
    const command = new CreateLogGroupCommand({ logGroupName: name, tags });
    await logs.send(command);
  } catch (error) {
    // a lost reply: the SDK repeated a call that had succeeded
    if (!isAws(error, 'ResourceAlreadyExists')) throw error;
  }
}
