import type { Facts } from '../../plan/definition';
import type { Platform } from '../engine/release';

/** What a service's task definition names of what was provisioned. */
export function namedByPlatform(platform: Platform, image: string, oldHost?: string): Facts {
  const { executionRole, taskRole, secrets } = platform;
  return { image, executionRole, taskRole, secrets, ...(oldHost !== undefined && { oldHost }) };
}
