import type { Network } from '../../contract/findings';
import type { IngestSurvey } from '../../contract/ingest';
import type { Owner } from '../../contract/resources';
import type { SenderSurvey } from '../../contract/senders';
import { planIngestPorts } from '../../plan/ingest-ports';
import { listSenderNames } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { listCrowded, MOST_TARGET_GROUPS } from '../../plan/target-groups';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { findIngestProblems } from './ingest-balancer';
import { findHidden, findSourceProblems, findSources } from './ingest-sources';
import { findingsOf, unlessDenied } from './reading';
import {
  sayCrowded,
  sayIngest,
  sayIngestCost,
  sayNobodyAdmitted,
  sayNoPort,
  sayNoSenderName,
  sayPortContested,
  sayPortUnanswered,
} from './texts/ingest';

export interface IngestLook extends Look {
  /** absent: the plan has no ingest, or no port of it is known */
  ingest?: IngestSurvey;
}

/**
 * The ingest: which ports it has, where each leads, and who may come.
 * @param survey who sends, and what the hosts publish to others than themselves, and is no user's
 */
export async function lookAtIngest(
  deps: Deps,
  plan: Plan,
  owner: Owner,
  network: Network,
  { ports: published, senders }: Pick<SenderSurvey, 'ports' | 'senders'>,
): Promise<IngestLook> {
  const { ingest } = plan;
  if (!ingest) return { findings: [] };
  const { ports, unserved, contested } = planIngestPorts(plan, published);
  const [found, ofBalancer] = await Promise.all([
    unlessDenied(findSources(deps, plan, ports, network)),
    findingsOf(findIngestProblems(deps, plan, ports, owner, network)),
  ]);
  const seen = found ?? NO_SOURCES;
  const closed = seen.sources.filter((source) => [source.ranges, source.groups, source.prefixLists].every(isEmpty));
  return {
    ...(found &&
      ports.length > 0 && {
        ingest: {
          ports,
          sources: found.sources,
        },
      }),
    findings: [
      ...(ports.length > 0 ? [sayIngest(ingest.name, ports), sayIngestCost(ingest.name)] : []),
      ...(ports.length + unserved.length + contested.length === 0 ? [sayNoPort(plan.source.instances)] : []),
      ...unserved.map(sayPortUnanswered),
      ...contested.map(sayPortContested),
      ...findSourceProblems(ingest, network, seen),
      ...findHidden(ingest.name, network, senders, seen.sources),
      ...listCrowded(plan, ports).map(([service, count]) => sayCrowded(service, count, MOST_TARGET_GROUPS)),
      ...(closed.length > 0
        ? [
            sayNobodyAdmitted(
              closed.map(({ port }) => port),
              seen.groups,
            ),
          ]
        : []),
      ...(listSenderNames(plan).length === 0 ? [sayNoSenderName(ingest.name)] : []),
      ...ofBalancer,
    ],
  };
}

const isEmpty = (list: string[]): boolean => list.length === 0;

/** Nobody knows whom the hosts' security groups admit. */
const NO_SOURCES = {
  sources: [],
  prefixLists: [],
  groups: [],
  left: [],
};
