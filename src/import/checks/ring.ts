import { warn, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { ringIsElsewhere } from './texts';

const SERVERS = ['consul', 'etcd'];

/** A ring in a server of its own, which the tasks do not join. */
export function checkRing({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findRingServer);
}

/** Services of one store have one ring. */
function findRingServer({ name, stores }: Component): ImportFinding[] {
  const ring = stores[0]?.ring;
  const server = ring?.value.store;
  if (!ring || !server || !SERVERS.includes(server)) return [];
  const text = ringIsElsewhere(name, server);
  return [warn(`${name}/ring`, ring, text)];
}
