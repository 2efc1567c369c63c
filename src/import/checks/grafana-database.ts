import { fail, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { databaseIsOnHost } from './texts';

const HOST_ADDRESS = /^(localhost|127\.|host\.docker\.internal|172\.17\.)/;

/** A database server that is a neighbour on the host, and is gone with it. */
export function checkGrafanaDatabase({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findNeighbourDatabase);
}

function findNeighbourDatabase({ grafana, services }: Component): ImportFinding[] {
  if (!grafana) return [];
  const { database } = grafana;
  const { type, host = '' } = database.value;
  const name = host.replace(/:\d+$/, '');
  if (type === 'sqlite3' || !isOnHost(name)) return [];
  const clients = services.map((service) => service.name);
  return [fail('grafana/database', database, databaseIsOnHost(name, clients))];
}

/** A name without a dot is a service of the same Compose project. */
function isOnHost(name: string): boolean {
  if (name === '') return false;
  return HOST_ADDRESS.test(name) || !name.includes('.');
}
