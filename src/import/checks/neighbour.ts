import { warn, type ImportFinding } from '../finding';
import { findNeighbours } from '../read/addresses';
import type { Inventory } from '../read/inventory';
import { nameFolder } from './folder';
import { neighbourIsOnHost } from './texts';

/** Configuration by which Alloy or Grafana reaches a neighbour on its own host. */
export function checkNeighbour({ root }: Inventory): ImportFinding[] {
  return findNeighbours(root).map((neighbour) => {
    const id = `${nameFolder(neighbour)}/by-address`;
    return warn(id, neighbour, neighbourIsOnHost(neighbour.value));
  });
}
