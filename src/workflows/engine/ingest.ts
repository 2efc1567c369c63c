import type { IngestGroup } from '../../contract/ingest';
import type { Platform } from '../../contract/platform';
import type { WatchedService } from '../../contract/watch';
import { listShares } from '../../plan/routes';
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

/**
 * Who comes to it by rules, and where to, as whoever looks for what is gone takes them.
 * @param inside the VPC's ranges, which an internal load balancer's rules name too; null: not known here
 */
export function watchRules(
  { services, loadBalancer }: Plan,
  service: string,
  inside: string[] | null,
): Pick<WatchedService, 'sources' | 'paths' | 'hasSources'> {
  const { expose } = services[service] ?? {};
  if (!expose) return {};
  const { paths } = expose;
  if (expose.public) return { paths };
  if (loadBalancer.scheme !== 'internet-facing' && inside === null) {
    return {
      paths,
      hasSources: true,
    };
  }
  const shares = listShares(loadBalancer.scheme, expose, inside ?? []);
  const sources = shares.flatMap((share) => share.sources ?? []);
  return {
    paths,
    ...(sources.length > 0 && { sources }),
  };
}
