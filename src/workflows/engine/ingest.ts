import type { IngestGroup } from '../../contract/ingest';
import type { Platform } from '../../contract/platform';
import type { WatchedService } from '../../contract/watch';
import type { Plan } from '../../plan/schema';

type WithIngest = Pick<Platform, 'ingest'>;

/** The groups of the ingest that a service is in. */
export function listIngestGroups({ ingest }: WithIngest, service: string): IngestGroup[] {
  return (ingest?.groups ?? []).filter((group) => group.service === service);
}

/** The same, as whoever looks for what is gone takes them. */
export function watchPorts(platform: WithIngest, service: string): Pick<WatchedService, 'ingest'> {
  const ports = listIngestGroups(platform, service).map(({ id, port, dimension }) => ({
    port,
    targetGroupArn: id,
    targetGroup: dimension,
    loadBalancer: platform.ingest!.loadBalancer.dimension,
  }));
  return ports.length > 0 ? { ingest: ports } : {};
}

/** Who comes to it by rules, and where to, as whoever looks for what is gone takes them. */
export function watchRules({ services }: Plan, service: string): Pick<WatchedService, 'sources' | 'paths'> {
  const { from: sources, paths } = services[service]?.expose ?? {};
  return {
    ...(sources && { sources }),
    ...(paths && { paths }),
  };
}
