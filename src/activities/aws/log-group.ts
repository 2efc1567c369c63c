import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { MIGRATION_TAG, ownershipOf, RUN_TAG } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Owner } from '../../contract/resources';

/** CloudWatch log groups; an adopted one keeps its retention. */
export function logGroupActivities({ clients: { logs } }: Deps) {
  async function find(name: string, owner: Owner) {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (!found) return undefined;
    const { tags } = await logs.send(new ListTagsLogGroupCommand({ logGroupName: name }));
    return { id: name, ownership: ownershipOf(tags, owner) };
  }

  return {
    async ensureLogGroup({ owner, name, retentionDays }) {
      const found = await find(name, owner);
      if (found?.ownership === 'adopted') return found;
      try {
        if (!found)
          await logs.send(
            new CreateLogGroupCommand({
              logGroupName: name,
              tags: { [MIGRATION_TAG]: owner.migration, [RUN_TAG]: owner.run },
            }),
          );
      } catch (error) {
        if (!isAws(error, 'ResourceAlreadyExists')) throw error;
      }
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: retentionDays }));
      return { id: name, ownership: 'created' };
    },

    async removeLogGroup({ owner, name }) {
      if ((await find(name, owner))?.ownership !== 'created') return;
      await logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
    },
  } satisfies Partial<Activities>;
}
