import { DescribeClustersCommand, type Cluster } from '@aws-sdk/client-ecs';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { findRun, isOurs, MIGRATION_TAG } from '../owner';
import type { Look } from './finding';
import { judgeForeignService, readServices } from './services';
import { sayCluster, sayClusterIsAnothers, sayClusterWithoutFargate, sayServiceRuns } from './texts/cluster';

/**
 * A cluster that is there already: adopted where it fits, with the services that somebody
 * made in it.
 */
export async function lookAtCluster(deps: Deps, plan: Plan, owner: Owner, network: Network): Promise<Look> {
  const cluster = await findCluster(deps, plan.cluster);
  if (!cluster) return { findings: [] };
  const mark = markOf(cluster);
  if (mark && mark !== owner.migration) {
    return { findings: [sayClusterIsAnothers(plan.cluster, mark)] };
  }
  const findings = [sayCluster(plan.cluster)];
  if (!cluster.capacityProviders?.includes('FARGATE')) {
    findings.push(sayClusterWithoutFargate(plan.cluster));
  }
  const ofServices = await judgeServices(deps, plan, owner, network);
  return { findings: [...findings, ...ofServices] };
}

async function findCluster(deps: Deps, name: string): Promise<Cluster | undefined> {
  const { ecs } = deps.clients;
  const command = new DescribeClustersCommand({
    clusters: [name],
    include: ['TAGS', 'SETTINGS'],
  });
  const { clusters = [] } = await ecs.send(command);
  return clusters.find(({ status }) => status === 'ACTIVE');
}

function markOf({ tags = [] }: Cluster): string | undefined {
  const mark = tags.find(({ key }) => key === MIGRATION_TAG);
  return mark?.value;
}

/** Those of an earlier run are taken over; those of somebody else must fit. */
async function judgeServices(deps: Deps, plan: Plan, owner: Owner, network: Network): Promise<Finding[]> {
  const services = await readServices(deps, plan);
  const active = services.filter(({ status }) => status === 'ACTIVE');
  const foreign = active.filter(({ tags }) => !isOurs(tags, owner));
  const findings = await Promise.all(foreign.map((service) => judgeForeignService(deps, plan, service, network)));
  const running = active.filter(({ tags, runningCount = 0 }) => isOurs(tags, owner) && runningCount > 0);
  const earlier = running.map(({ serviceName, runningCount, tags }) =>
    sayServiceRuns(serviceName!, runningCount!, findRun(tags)),
  );
  return [...earlier, ...findings.flat()];
}
