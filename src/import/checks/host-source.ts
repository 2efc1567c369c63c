import { warn, type ImportFinding } from '../finding';
import { findHostSources } from '../read/addresses';
import type { Inventory } from '../read/inventory';
import { sourceIsTheHost } from './texts';

/** What of its host Alloy reads: a Fargate task has none. */
export function checkHostSource({ root }: Inventory): ImportFinding[] {
  return findHostSources(root).map((source) => {
    const text = sourceIsTheHost(source.value);
    return warn('alloy/host-source', source, text);
  });
}
