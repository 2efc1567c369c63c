import type { FindingText } from '../finding';

/** @param read the one that the images read */
export function tenantsAreSeveral(name: string, read: string): FindingText {
  return {
    message:
      `${name} has several tenants, and the new one reads ${read} only: ` +
      'what other tenants have written would not be visible',
    fix: `give dockerfiles/${name} multi-tenancy and --accept ${name}/tenants, or turn it off here first`,
  };
}

export function tenantsAreAskedFor(name: string): FindingText {
  return {
    message:
      `${name} has several tenants, which are kept; but what this program asks it ` +
      '(probes, samples before and after a flush) and the shipped Alloy name no tenant, and are refused',
    fix:
      `turn several tenants off here first; or give images/alloy the tenant, ` +
      `expect no answer to those questions, and --accept ${name}/tenants`,
  };
}

/** @param read the one that the images read */
export function tenantIsAnother(name: string, tenant: string, read: string): FindingText {
  return {
    message: `${name} writes as tenant ${tenant}, and the new one reads ${read}`,
    fix: `give dockerfiles/${name} that tenant and --accept ${name}/tenants`,
  };
}
