import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  paginateDescribeLogGroups,
  PutRetentionPolicyCommand,
  type LogGroup,
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
  const command = new PutRetentionPolicyCommand({
    logGroupName: name,
    retentionInDays: retentionDays,
  });
  await deps.clients.logs.send(command);
  return {
    id: name,
    ownership: 'created',
  };
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
  return (await readLogGroup(deps, name)) !== undefined;
}

async function readLogGroup(deps: Deps, name: string): Promise<LogGroup | undefined> {
  const logGroups = await collect(
    paginateDescribeLogGroups({ client: deps.clients.logs }, { logGroupNamePrefix: name }),
    (page) => page.logGroups,
  );
  return logGroups.find(({ logGroupName }) => logGroupName === name);
}

/** Tags are asked for by the ARN without `:*` at its end. Source: AWS, API reference of CloudWatch Logs, LogGroup. */
async function findLogGroup(deps: Deps, { owner, name }: OwnedName): Promise<Resource | undefined> {
  const group = await readLogGroup(deps, name);
  if (!group) return undefined;
  const command = new ListTagsForResourceCommand({ resourceArn: group.logGroupArn });
  const { tags } = await deps.clients.logs.send(command);
  return {
    id: name,
    ownership: ownershipOf(tags, owner),
  };
}

async function createLogGroup(deps: Deps, { owner, name }: OwnedName): Promise<void> {
  const { logs } = deps.clients;
  const tags = {
    [MIGRATION_TAG]: owner.migration,
    [RUN_TAG]: owner.run,
  };
  try {
    const command = new CreateLogGroupCommand({
      logGroupName: name,
      tags,
    });
    await logs.send(command);
  } catch (error) {
    // a lost reply: the SDK repeated a call that had succeeded
    if (!isAws(error, 'ResourceAlreadyExists')) throw error;
  }
}
