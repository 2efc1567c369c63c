import { fail, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { configurationIsAbsent } from './texts';

/** A store whose configuration file is named and not in the folder: nobody knows where its data is. */
export function checkConfiguration({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findAbsentConfiguration);
}

function findAbsentConfiguration({ name, stores }: Component): ImportFinding[] {
  const unknown = stores.filter((store) => store.settings.isUnknown);
  const id = `${name}/configuration`;
  const text = configurationIsAbsent(name);
  return unknown.map((store) => fail(id, store.service, text));
}
