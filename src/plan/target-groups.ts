import type { IngestPort } from './ingest';
import { isRouted, type Exposed } from './routes';

/** An ECS service takes as many. Source: AWS, "Register multiple target groups with an Amazon ECS service". */
export const MOST_TARGET_GROUPS = 5;

/** What of a plan says which services a load balancer leads to. */
interface Routed {
  loadBalancer: { scheme: string };
  services: Record<string, { expose?: Exposed | undefined }>;
}

/** Services with more target groups than ECS takes, the load balancer's among them: each with the number. */
export function listCrowded(
  { loadBalancer, services }: Routed,
  ports: Pick<IngestPort, 'service'>[],
): [service: string, groups: number][] {
  const counts = Object.entries(services).map(([name, { expose }]): [string, number] => {
    const own = ports.filter(({ service }) => service === name).length;
    return [name, own + (isRouted(loadBalancer.scheme, expose) ? 1 : 0)];
  });
  return counts.filter(([, count]) => count > MOST_TARGET_GROUPS);
}
