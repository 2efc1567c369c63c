import type { Plan } from './schema';

type Service = Plan['services'][string];

/** Names that a plan leaves to the plan document's convention. */
export const repositoryOf = (name: string, service: Service): string => service.repository ?? `lgtm-${name}`;
export const familyOf = (name: string, service: Service): string => service.family ?? `lgtm-${name}`;
export const logGroupOf = (plan: Plan, name: string): string => `${plan.logs.prefix}lgtm-${name}`;
export const targetGroupOf = (name: string, service: Service): string => service.expose?.targetGroup ?? `lgtm-${name}-tg`;
/** The host name of an exposed service's listener rule. */
export const hostOf = (plan: Plan, name: string, service: Service): string => service.expose?.host ?? `${name}.${plan.domain}`;

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
