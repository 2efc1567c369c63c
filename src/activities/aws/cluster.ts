import { CreateClusterCommand, DeleteClusterCommand, DescribeClustersCommand } from '@aws-sdk/client-ecs';
import type { OwnedName, Resource } from '../../contract/resources';
import type { Deps } from '../clients';
import { ecsTagsOf, ownershipOf } from '../owner';

/** The plan document's default; the services name their own. */
const DEFAULT_STRATEGY = [
  {
    capacityProvider: 'FARGATE',
    weight: 1,
  },
  {
    capacityProvider: 'FARGATE_SPOT',
    weight: 4,
  },
];

/** Finds the ECS cluster, or creates it. */
export async function ensureCluster(deps: Deps, input: OwnedName): Promise<Resource> {
  const found = await findCluster(deps, input);
  if (found) return found;
  const command = new CreateClusterCommand({
    clusterName: input.name,
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: DEFAULT_STRATEGY,
    settings: [
      {
        name: 'containerInsights',
        value: 'enabled',
      },
    ],
    tags: ecsTagsOf(input.owner),
  });
  const { cluster } = await deps.clients.ecs.send(command);
  return {
    id: cluster!.clusterArn!,
    ownership: 'created',
  };
}

/** Deletes the cluster if this run created it. */
export async function removeCluster(deps: Deps, input: OwnedName): Promise<void> {
  const found = await findCluster(deps, input);
  if (found?.ownership !== 'created') return;
  const command = new DeleteClusterCommand({ cluster: input.name });
  await deps.clients.ecs.send(command);
}

/** Whether there is a cluster of this name, whoever made it. */
export async function hasCluster(deps: Deps, name: string): Promise<boolean> {
  const command = new DescribeClustersCommand({ clusters: [name] });
  const { clusters = [] } = await deps.clients.ecs.send(command);
  return clusters.some(({ status }) => status !== 'INACTIVE');
}

async function findCluster(deps: Deps, input: OwnedName): Promise<Resource | undefined> {
  const { ecs } = deps.clients;
  const { owner, name } = input;
  const command = new DescribeClustersCommand({
    clusters: [name],
    include: ['TAGS'],
  });
  const { clusters = [] } = await ecs.send(command);
  const found = clusters.find(({ status }) => status !== 'INACTIVE');
  if (!found) return undefined;
  const ownership = ownershipOf(found.tags, owner);
  return {
    id: found.clusterArn!,
    ownership,
  };
}
