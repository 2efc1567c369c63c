import type { Finding } from '../../contract/findings';
import { ADMINISTRATION, isComponent } from '../../plan/components';
import type { IngestPort } from '../../plan/ingest';
import type { Plan } from '../../plan/schema';
import { sayAdministered } from './texts/senders';

/** Paths of administration that an ingest makes reachable for whoever may come in: on the host only it decided that. */
export function findAdministration({ services }: Plan, listens: IngestPort[]): Finding[] {
  return listens.flatMap(({ port, service, targetPort }) => {
    const { store, port: http } = services[service]!;
    const component = store ?? service;
    if (targetPort !== http || !isComponent(component)) return [];
    const { paths, isApart } = ADMINISTRATION[component];
    return paths.length > 0 ? [sayAdministered(component, port, paths, isApart)] : [];
  });
}
