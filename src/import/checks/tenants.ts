import { fail, type ImportFinding } from '../finding';
import { isStoreName, storeOf } from '../../stores';
import type { Component, Inventory } from '../read/inventory';
import type { Carried } from './check';
import { tenantIsAnother, tenantsAreAskedFor, tenantsAreSeveral } from './tenant-texts';

/** Tenants that the shipped images do not read, and those that nobody asks a carried one for. */
export function checkTenants({ components }: Inventory, carried: Carried): ImportFinding[] {
  return components.flatMap((component) => findOtherTenants(component, carried));
}

/** Services of one store have one setting. */
function findOtherTenants({ name, stores }: Component, carried: Carried): ImportFinding[] {
  const tenants = stores[0]?.tenants;
  if (!tenants || !isStoreName(name)) return [];
  const id = `${name}/tenants`;
  const { several, single } = tenants.value;
  if (carried.has(name)) return several ? [fail(id, tenants, tenantsAreAskedFor(name))] : [];
  // without multi-tenancy the images read and write the default's
  const read = storeOf(name).tenancy.single.byDefault;
  if (several) return [fail(id, tenants, tenantsAreSeveral(name, read))];
  if (single !== read) return [fail(id, tenants, tenantIsAnother(name, single, read))];
  return [];
}
