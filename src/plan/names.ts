import type { Plan } from './schema';

type Service = Plan['services'][string];

/** Names that a plan leaves to the plan document's convention. */
export const repositoryOf = (name: string, service: Service): string => service.repository ?? `lgtm-${name}`;
export const familyOf = (name: string, service: Service): string => service.family ?? `lgtm-${name}`;
export const logGroupOf = (plan: Plan, name: string): string => `${plan.logs.prefix}lgtm-${name}`;
export const targetGroupOf = (name: string, service: Service): string =>
  service.expose?.targetGroup ?? `lgtm-${name}-tg`;
/** Family of the task definition that asks questions inside the VPC. */
export const PROBE_FAMILY = 'lgtm-probe';
/** The host names of an exposed service's listener rules: its own, and those that move to it. */
export function hostsOf({ domain, records }: Plan, name: string, service: Service): string[] {
  const own = service.expose?.host ?? `${name}.${domain}`;
  return [...new Set([own, ...records.filter((record) => record.service === name).map((record) => record.name)])];
}

/** What the Dockerfiles take: where base images come from, and the component's version where the plan has one. */
export function buildArgumentsOf({ images: { baseRegistry } }: Plan, { version }: Service): Record<string, string> {
  return { REGISTRY: baseRegistry, ...(version ? { VERSION: version } : {}) };
}

const GOSSIP_PORT = 7946;

/** What tasks listen on: TCP, and the gossip that goes by UDP too. */
export function taskPorts(plan: Pick<Plan, 'services'>): { ports: number[]; gossipPorts: number[] } {
  const ports = [...new Set(Object.values(plan.services).flatMap(({ port, extraPorts }) => [port, ...extraPorts]))];
  return { ports, gossipPorts: ports.filter((port) => port === GOSSIP_PORT) };
}

/** The EFS folder that a service's tasks see as their data; Grafana's alone, where the plan moves its SQLite. */
export interface Volume {
  fileSystem: string;
  directory: string;
  path: string;
}
export function volumeOf({ grafana: { database, service, target } }: Plan, name: string): Volume | undefined {
  if (database !== 'move' || name !== service || !target || !('efs' in target)) return undefined;
  return { fileSystem: target.efs, directory: target.directory, path: '/var/lib/grafana' };
}

/** The names that go from 0 to 100 in one step, because what answers on them moves its database. */
export function atOnce({ grafana: { database, service }, records }: Plan): string[] {
  return database === 'move' ? records.filter((record) => record.service === service).map(({ name }) => name) : [];
}
