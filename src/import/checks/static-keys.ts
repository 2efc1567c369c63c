import { warn, type ImportFinding } from '../finding';
import type { Place } from '../place';
import type { Component, Inventory } from '../read/inventory';
import type { ComposeService } from '../read/service';
import { keyIsStatic } from './texts';

const KEY_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Keys for AWS, in an environment or a configuration. */
export function checkStaticKeys({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findStaticKeys);
}

function findStaticKeys({ name, services, stores }: Component): ImportFinding[] {
  const inEnvironment = services.flatMap(findKeyVariables);
  const inConfiguration = stores.flatMap((store) => store.keys);
  const places = [...inEnvironment, ...inConfiguration];
  return places.map((place) => warn(`${name}/static-keys`, place, keyIsStatic(name)));
}

function findKeyVariables({ environment }: ComposeService): Place[] {
  const variables = [...environment].filter(([name]) => KEY_VARIABLES.includes(name));
  return variables.map(([, variable]) => variable).filter(({ value }) => value !== '');
}
