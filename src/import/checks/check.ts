import type { ComponentName } from '../../plan/components';
import type { ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';

/** Components whose own configuration comes along: what only the shipped ones would lose is no finding of theirs. */
export type Carried = ReadonlySet<ComponentName>;

/** Looks at what was read from a folder and its hosts, and names what the move would break or change. */
export type Check = (inventory: Inventory, carried: Carried) => ImportFinding[];
