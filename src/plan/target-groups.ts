import type { IngestPort } from './ingest';

/** An ECS service takes as many. Source: AWS, "Register multiple target groups with an Amazon ECS service". */
export const MOST_TARGET_GROUPS = 5;

/** Services with more target groups than ECS takes, the load balancer's among them: each with the number. */
export function listCrowded(
  services: Record<string, { expose?: unknown }>,
  ports: Pick<IngestPort, 'service'>[],
): [service: string, groups: number][] {
  const counts = Object.entries(services).map(([name, { expose }]): [string, number] => {
    const own = ports.filter(({ service }) => service === name).length;
    return [name, own + (expose ? 1 : 0)];
  });
  return counts.filter(([, count]) => count > MOST_TARGET_GROUPS);
}
