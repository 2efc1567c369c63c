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

/**
 * What a service's container is told: where it runs, how many of it there are, and whether it does what only
 * one of two stacks may do (`duties`). What the plan says itself wins.
 */
export function environmentOf(plan: Plan, name: string, duties: 'on' | 'off'): Record<string, string> {
  const service = plan.services[name]!;
  return {
    REGION: plan.region,
    S3_BUCKET: plan.bucket,
    DOMAIN: plan.namespace,
    TASK_COUNT: String(service.count),
    ...Object.fromEntries(service.duties.map((duty) => [duty, duties])),
    ...service.environment,
  };
}
