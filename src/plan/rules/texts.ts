/** Sentences about the ingest and the names that lead to it: what was found, and what would do. */

export function describeUnreachedPort(service: string, port: number) {
  return `no task of ${service} listens on ${port}; add it under services.${service}.extraPorts, or name a targetPort`;
}

export function describeInternalPort(port: number) {
  return `${port} is where the parts of the stack speak to each other, and no sender's; take it out`;
}

export function describeSharedPort(port: number) {
  return `port ${port} is listed twice, and a listener takes TCP or UDP; take it out once`;
}

/** Of the ingest, and the load balancer's. */
interface Groups {
  found: number;
  most: number;
}

export function describeCrowdedService(service: string, { found, most }: Groups) {
  const fix = 'leave ports out that nobody sends to';
  return `${service} would be in ${found} target groups, and ECS takes ${most}; ${fix}`;
}

export const NAMES_NO_SERVICE =
  'is missing; give the service that answers on it, or to: ingest where senders come by the name';

export const LEADS_TO_PORTS =
  'does not go with to: ingest, where each port leads to the service that answers there; take it out';

export const ADMITS_EVERYBODY = 'public: true lets everybody in; leave public off, or leave out expose.from';

export function describeUnroutedRange(range: string) {
  const fix =
    'name the public addresses that they come from (of their NAT gateway), or set loadBalancer.scheme: internal';
  return `nobody comes to an internet-facing load balancer from ${range}; ${fix}`;
}

/** What of a service says whether it can spare a task. */
interface OnSpot {
  isGrafana: boolean;
  /** Grafana's database is outside its tasks */
  isShared: boolean;
  isStore: boolean;
  count: number;
}

/** Why a service can't be on Spot; undefined where it can. */
export function describeSpot(service: string, { isGrafana, isShared, isStore, count }: OnSpot): string | undefined {
  const taken = "Spot takes a task away with two minutes' warning";
  const fix = 'leave it on FARGATE';
  if (isStore) return `${taken}, and ${service} keeps in memory what S3 does not have yet; ${fix}`;
  if (!isGrafana) return `${taken}, and with it what ${service} was given and has not passed on; ${fix}`;
  if (!isShared) return `${taken}, and the one task that writes ${service}'s database would be cut off; ${fix}`;
  if (count < 2) return `${taken}, and nobody has ${service} meanwhile; set services.${service}.count to 2, or ${fix}`;
  return undefined;
}

/** @param stores services of the plan that are stores */
export function describeNoStore(service: string, stores: string[]) {
  return `${service} is no store of this plan; name one of ${stores.join(', ') || 'none, since it has no store'}`;
}
