import { fail, type ImportFinding } from '../finding';
import { isStoreName, storeOf } from '../../stores';
import type { Component, Inventory } from '../read/inventory';
import { tenantIsAnother, tenantsAreSeveral } from './texts';

/** Tenants that the images do not read. */
export function checkTenants({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findOtherTenants);
}

/** Services of one store have one setting. */
function findOtherTenants({ name, stores }: Component): ImportFinding[] {
  const tenants = stores[0]?.tenants;
  if (!tenants || !isStoreName(name)) return [];
  const id = `${name}/tenants`;
  const { several, single } = tenants.value;
  // without multi-tenancy the images read and write the default's
  const read = storeOf(name).tenancy.single.byDefault;
  if (several) return [fail(id, tenants, tenantsAreSeveral(name, read))];
  if (single !== read) return [fail(id, tenants, tenantIsAnother(name, single, read))];
  return [];
}
