import { fail, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { databaseIsOnHost } from './texts';

/** What an address of the host begins with, as its containers see it. */
const HOST_ADDRESSES = [
  'localhost',
  '127.',
  'host.docker.internal',
  // Docker's bridge
  '172.17.',
];

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
  const text = databaseIsOnHost(name, clients);
  return [fail('grafana/database', database, text)];
}

/** A name without a dot is a service of the same Compose project. */
function isOnHost(name: string): boolean {
  if (name === '') return false;
  const isNeighbour = !name.includes('.');
  return isNeighbour || HOST_ADDRESSES.some((address) => name.startsWith(address));
}
