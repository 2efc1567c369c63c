import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { hostIsUnreachable } from './texts';

/** A host that could not be asked what runs on it. */
export function checkUnreachableHost({ running }: Inventory): ImportFinding[] {
  return running.flatMap(({ instance, unreachable }) => {
    if (!unreachable) return [];
    const place = {
      file: instance,
      line: 1,
    };
    const text = hostIsUnreachable(instance, unreachable);
    return [warn('host/unreachable', place, text)];
  });
}
