import { COMPONENTS, type ComponentName } from '../../plan/components';
import { fail, warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { grafanaIsMissing, serviceIsMissing } from './texts';

/** One of the six that is not in the folder. */
export function checkMissingService({ components }: Inventory): ImportFinding[] {
  const names = components.map((component) => component.name);
  const missing = COMPONENTS.filter((name) => !names.includes(name));
  return missing.map(reportMissing);
}

function reportMissing(name: ComponentName): ImportFinding {
  const id = `${name}/missing`;
  const place = {
    file: '.',
    line: 1,
  };
  // the record that a plan moves when it names none is Grafana's
  const isNeeded = name === 'grafana';
  if (isNeeded) return fail(id, place, grafanaIsMissing());
  return warn(id, place, serviceIsMissing(name));
}
