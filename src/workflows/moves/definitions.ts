import type { AccountFacts } from '../../plan/definition';
import type { Platform } from '../../contract/platform';

/** What a service's task definition names of what was provisioned. */
export function namedByPlatform(platform: Platform, image: string, oldHost?: string): AccountFacts {
  const { executionRole, taskRole, secrets } = platform;
  return {
    image,
    executionRole,
    taskRole,
    secrets,
    ...(oldHost !== undefined && { oldHost }),
  };
}
