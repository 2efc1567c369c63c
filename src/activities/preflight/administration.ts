import type { Finding } from '../../contract/findings';
import type { PublishedPort } from '../../contract/senders';
import { ADMINISTRATION, HTTP_PORTS } from '../../plan/components';
import type { Plan } from '../../plan/schema';
import { listIngestPorts, readIngest } from '../../plan/senders';
import { sayAdministered } from './texts/senders';

/** Paths of administration that an ingest makes reachable for whoever may come in: on the host only it decided that. */
export function findAdministration(plan: Plan, published: PublishedPort[]): Finding[] {
  if (readIngest(plan).names.length === 0) return [];
  return listIngestPorts(plan, published).flatMap(({ port, targetPort, component }) => {
    if (!component || !HTTP_PORTS[component].includes(targetPort)) return [];
    const { paths, isApart } = ADMINISTRATION[component];
    return [sayAdministered(component, port, paths, isApart)];
  });
}
