import { paginateDescribeTags } from '@aws-sdk/client-ec2';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { MIGRATION_TAG } from '../owner';
import { collect } from '../pages';
import type { Look } from './finding';
import { sayHostIsAnothers } from './texts/cluster';

/** Whether another migration has marked the hosts as its own. */
export async function lookAtMarks(deps: Deps, plan: Plan, owner: Owner): Promise<Look> {
  const { ec2 } = deps.clients;
  const Tags = await collect(
    paginateDescribeTags(
      { client: ec2 },
      {
        Filters: [
          {
            Name: 'resource-id',
            Values: plan.source.instances,
          },
          {
            Name: 'key',
            Values: [MIGRATION_TAG],
          },
        ],
      },
    ),
    (page) => page.Tags,
  );
  const others = Tags.filter(({ Value }) => Value !== owner.migration);
  const findings = others.map((tag) => sayHostIsAnothers(tag.ResourceId!, tag.Value));
  return { findings };
}
