import { DescribeTagsCommand } from '@aws-sdk/client-ec2';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { MIGRATION_TAG } from '../owner';
import type { Look } from './finding';
import { sayHostIsAnothers } from './texts/cluster';

/** Whether another migration has marked the hosts as its own. */
export async function lookAtMarks({ clients: { ec2 } }: Deps, { source }: Plan, owner: Owner): Promise<Look> {
  const { Tags = [] } = await ec2.send(
    new DescribeTagsCommand({
      Filters: [
        { Name: 'resource-id', Values: source.instances },
        { Name: 'key', Values: [MIGRATION_TAG] },
      ],
    }),
  );
  const others = Tags.filter(({ Value }) => Value !== owner.migration);
  return { findings: others.map(({ ResourceId, Value }) => sayHostIsAnothers(ResourceId!, Value)) };
}
