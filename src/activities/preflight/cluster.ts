import { DescribeClustersCommand, type Cluster } from '@aws-sdk/client-ecs';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isOurs, MIGRATION_TAG } from '../owner';
import type { Look } from './finding';
import { judgeForeignService, readServices } from './services';
import { sayCluster, sayClusterIsAnothers, sayClusterWithoutFargate } from './texts/cluster';

/** A cluster that is there already: adopted where it fits, with the services that somebody made in it. */
export async function lookAtCluster(deps: Deps, plan: Plan, owner: Owner, network: Network): Promise<Look> {
  const cluster = await findCluster(deps, plan.cluster);
  if (!cluster) return { findings: [] };
  const mark = cluster.tags?.find(({ key }) => key === MIGRATION_TAG)?.value;
  if (mark && mark !== owner.migration) return { findings: [sayClusterIsAnothers(plan.cluster, mark)] };
  const findings: Finding[] = [sayCluster(plan.cluster)];
  if (!cluster.capacityProviders?.includes('FARGATE')) findings.push(sayClusterWithoutFargate(plan.cluster));
  const services = await readServices(deps, plan);
  const foreign = services.filter(({ status, tags }) => status === 'ACTIVE' && !isOurs(tags, owner));
  const judged = await Promise.all(foreign.map((service) => judgeForeignService(deps, plan, service, network)));
  return { findings: [...findings, ...judged.flat()] };
}

async function findCluster({ clients: { ecs } }: Deps, name: string): Promise<Cluster | undefined> {
  const { clusters = [] } = await ecs.send(
    new DescribeClustersCommand({ clusters: [name], include: ['TAGS', 'SETTINGS'] }),
  );
  return clusters.find(({ status }) => status === 'ACTIVE');
}
