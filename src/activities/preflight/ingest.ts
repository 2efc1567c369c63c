import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import type { IngestSurvey } from '../../contract/ingest';
import type { Owner } from '../../contract/resources';
import type { PublishedPort } from '../../contract/senders';
import type { IngestPort } from '../../plan/ingest';
import { planIngestPorts } from '../../plan/ingest-ports';
import { listSenderNames, nameIngestGroup } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { listCrowded, MOST_TARGET_GROUPS } from '../../plan/target-groups';
import { listListeners } from '../aws/ingest-listener';
import { listGroups, nameGroup } from '../aws/listener-rule';
import { readOwner } from '../aws/load-balancer';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { findBalancer } from './load-balancer';
import { findSourceProblems, findSources } from './ingest-sources';
import {
  sayCrowded,
  sayIngest,
  sayIngestAdopted,
  sayIngestCost,
  sayNobodyAdmitted,
  sayNoPort,
  sayNoSenderName,
  sayOtherBalancer,
  sayPortContested,
  sayPortLeadsElsewhere,
  sayPortUnanswered,
} from './texts/ingest';

export interface IngestLook extends Look {
  /** absent: the plan has no ingest, or no port of it is known */
  ingest?: IngestSurvey;
}

type Ingest = NonNullable<Plan['ingest']>;

/**
 * The ingest: which ports it has, where each leads, and who may come.
 * @param published what the hosts publish to others than themselves, and is no user's
 */
export async function lookAtIngest(
  deps: Deps,
  plan: Plan,
  owner: Owner,
  network: Network,
  published: PublishedPort[],
): Promise<IngestLook> {
  const { ingest } = plan;
  if (!ingest)
    return {
      findings: [],
    };
  const { ports, unserved, contested } = planIngestPorts(plan, published);
  const [{ sources, groups, left }, ofBalancer] = await Promise.all([
    findSources(deps, plan, ports),
    judgeBalancer(deps, ingest, ports, owner, network),
  ]);
  const closed = sources.filter((source) => [source.ranges, source.groups, source.prefixLists].every(isEmpty));
  return {
    ...(ports.length > 0 && {
      ingest: {
        ports,
        sources,
      },
    }),
    findings: [
      ...(ports.length > 0 ? [sayIngest(ingest.name, ports), sayIngestCost(ingest.name)] : []),
      ...(ports.length + unserved.length + contested.length === 0 ? [sayNoPort(plan.source.instances)] : []),
      ...unserved.map(sayPortUnanswered),
      ...contested.map(sayPortContested),
      ...findSourceProblems(ingest, sources, left),
      ...listCrowded(plan, ports).map(([service, found]) => sayCrowded(service, found, MOST_TARGET_GROUPS)),
      ...(closed.length > 0
        ? [
            sayNobodyAdmitted(
              closed.map(({ port }) => port),
              groups,
            ),
          ]
        : []),
      ...(listSenderNames(plan).length === 0 ? [sayNoSenderName(ingest.name)] : []),
      ...ofBalancer,
    ],
  };
}

const isEmpty = (list: string[]): boolean => list.length === 0;

/** A load balancer that has its name already. */
async function judgeBalancer(
  deps: Deps,
  ingest: Ingest,
  ports: IngestPort[],
  owner: Owner,
  { vpcId }: Network,
): Promise<Finding[]> {
  const found = await findBalancer(deps, ingest.name);
  if (!found) return [];
  const problem = findProblem(found, vpcId);
  if (problem) return [sayOtherBalancer(ingest.name, problem)];
  const isOurs = await readOwner(deps, found.LoadBalancerArn!, owner);
  return [
    ...(isOurs ? [] : [sayIngestAdopted(ingest.name, found.SecurityGroups!)]),
    ...(await judgeListeners(deps, ingest, ports, found)),
  ];
}

function findProblem({ Type, Scheme, VpcId, SecurityGroups = [] }: LoadBalancer, vpcId: string): string | undefined {
  if (Type !== 'network') return `is of type ${Type}, and senders need a network one`;
  if (Scheme !== 'internal') return `is ${Scheme}, and senders come from inside the VPC`;
  if (VpcId !== vpcId) return `is in ${VpcId}, the tasks in ${vpcId}`;
  return SecurityGroups.length > 0 ? undefined : 'was made without a security group, and can have none any more';
}

async function judgeListeners(
  deps: Deps,
  { name }: Ingest,
  ports: IngestPort[],
  { LoadBalancerArn }: LoadBalancer,
): Promise<Finding[]> {
  const listeners = await listListeners(deps, LoadBalancerArn!);
  return ports.flatMap((port) => {
    const listener = listeners.find(({ Port }) => Port === port.port);
    const [arn] = listGroups({
      Actions: listener?.DefaultActions,
    });
    const group = arn && nameGroup(arn);
    return !listener || group === nameIngestGroup(name, port) ? [] : [sayPortLeadsElsewhere(port.port, group)];
  });
}
