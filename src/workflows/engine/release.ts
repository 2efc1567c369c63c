import type { Platform } from '../../contract/platform';
import { nameLogGroup } from '../../plan/names';
import type { Plan } from '../../plan/schema';

/** The services as they run: what the gates look at and what a scale-out changes. */
export interface Release extends Platform {
  counts: Record<string, number>;
  /** `<uri>@sha256:…` of each */
  images: Record<string, string>;
  /** ARN of each one's task definition */
  definitions: Record<string, string>;
}

/** What each task is started with. */
export type StartPlatform = Pick<Platform, 'executionRole' | 'taskRole' | 'secrets'>;

/** What no task starts without; undefined where that is not known, as of an earlier run. */
export function listStartParts(plan: Plan, { executionRole, taskRole, secrets }: Partial<StartPlatform>) {
  if (executionRole === undefined || taskRole === undefined || !secrets) return undefined;
  return {
    roles: [executionRole, taskRole],
    secrets: Object.keys(secrets),
    logGroups: Object.keys(plan.services).map((name) => nameLogGroup(plan, name)),
  };
}
