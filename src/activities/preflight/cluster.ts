import { DescribeClustersCommand, type Cluster } from '@aws-sdk/client-ecs';
import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { findRun, isOurs, MIGRATION_TAG } from '../owner';
import { listRegistries } from './discovery';
import type { Look } from './finding';
import { findingsOf } from './reading';
import { judgeForeignService, readServices } from './services';
import {
  sayCluster,
  sayClusterIsAnothers,
  sayClusterWithoutFargate,
  sayNoInsights,
  sayServiceRuns,
} from './texts/cluster';

/** What else is known of where the services are to be. */
interface Surroundings {
  network: Network;
  /** all names lead to ECS alone since an earlier run */
  isFolded: boolean;
}

/**
 * A cluster that is there already: adopted where it fits, with the services that somebody
 * made in it.
 */
export async function lookAtCluster(
  deps: Deps,
  plan: Plan,
  owner: Owner,
  { network, isFolded }: Surroundings,
): Promise<Look> {
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
  findings.push(...judgeInsights(plan, cluster));
  const ofServices = await findingsOf(
    judgeServices(deps, plan, owner, {
      network,
      isFolded,
    }),
  );
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

/** Who publishes in that namespace is the cluster, where it is told to. Source: AWS, API reference of ClusterSetting. */
const INSIGHTS = 'ECS/ContainerInsights';

/** Without its setting there is no data, however long a gate waits. Source: aws/containers-roadmap issues 70 and 282. */
function judgeInsights({ cluster, analysis }: Plan, { settings = [] }: Cluster): Finding[] {
  const setting = settings.find(({ name }) => name === 'containerInsights');
  if (setting?.value === 'enabled' || setting?.value === 'enhanced') return [];
  const signals = Object.entries(analysis.signals).filter(
    ([, { source, namespace }]) => source === 'ecs' || (source === 'custom' && namespace === INSIGHTS),
  );
  return signals.length > 0
    ? [
        sayNoInsights(
          cluster,
          signals.map(([name]) => name),
        ),
      ]
    : [];
}

function markOf({ tags = [] }: Cluster): string | undefined {
  const mark = tags.find(({ key }) => key === MIGRATION_TAG);
  return mark?.value;
}

/** Those of an earlier run are taken over; those of somebody else must fit. */
async function judgeServices(
  deps: Deps,
  plan: Plan,
  owner: Owner,
  { network, isFolded }: Surroundings,
): Promise<Finding[]> {
  const services = await readServices(deps, plan);
  const active = services.filter(({ status }) => status === 'ACTIVE');
  const foreign = active.filter(({ tags }) => !isOurs(tags, owner));
  const registries = foreign.length > 0 ? await listRegistries(deps, plan) : new Map<string, string>();
  const findings = await Promise.all(
    foreign.map((service) => {
      const wanted = {
        registry: registries.get(service.serviceName!),
        hasDuties: isFolded,
      };
      return judgeForeignService(deps, plan, service, network, wanted);
    }),
  );
  const running = active.filter(({ tags, runningCount = 0 }) => isOurs(tags, owner) && runningCount > 0);
  const earlier = running.map(({ serviceName, runningCount, tags }) =>
    sayServiceRuns(serviceName!, runningCount!, findRun(tags)),
  );
  return [...earlier, ...findings.flat()];
}
