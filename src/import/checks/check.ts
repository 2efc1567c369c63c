import type { ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';

/** Looks at what was read from a folder and its hosts, and names what the move would break or change. */
export type Check = (inventory: Inventory) => ImportFinding[];
