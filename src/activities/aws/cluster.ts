import { CreateClusterCommand, DeleteClusterCommand, DescribeClustersCommand } from '@aws-sdk/client-ecs';
import type { Deps } from '../clients';
import { ownershipOf, smallTagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Resource, Owner } from '../../contract/resources';

/** The ECS cluster, with the plan document's default strategy of 1 : 4; services name their own. */
export function clusterActivities({ clients: { ecs } }: Deps) {
  async function find(name: string, owner: Owner): Promise<Resource | undefined> {
    const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [name], include: ['TAGS'] }));
    const found = clusters.find(({ status }) => status !== 'INACTIVE');
    return found && { id: found.clusterArn!, ownership: ownershipOf(found.tags, owner) };
  }

  return {
    async ensureCluster({ owner, name }) {
      const found = await find(name, owner);
      if (found) return found;
      const { cluster } = await ecs.send(
        new CreateClusterCommand({
          clusterName: name,
          capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
          defaultCapacityProviderStrategy: [
            { capacityProvider: 'FARGATE', weight: 1 },
            { capacityProvider: 'FARGATE_SPOT', weight: 4 },
          ],
          settings: [{ name: 'containerInsights', value: 'enabled' }],
          tags: smallTagsOf(owner),
        }),
      );
      return { id: cluster!.clusterArn!, ownership: 'created' };
    },

    async removeCluster({ owner, name }) {
      if ((await find(name, owner))?.ownership !== 'created') return;
      await ecs.send(new DeleteClusterCommand({ cluster: name }));
    },
  } satisfies Partial<Activities>;
}
