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
  const id = `${name}/static-keys`;
  const text = keyIsStatic(name);
  return places.map((place) => warn(id, place, text));
}

function findKeyVariables({ environment }: ComposeService): Place[] {
  const variables = KEY_VARIABLES.flatMap((name) => environment.get(name) ?? []);
  return variables.filter((variable) => variable.value !== '');
}
