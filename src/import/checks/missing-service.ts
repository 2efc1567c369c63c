import { COMPONENTS, type ComponentName } from '../../plan/components';
import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { grafanaIsMissing, serviceIsMissing } from './texts';

/** One of the six that is not in the folder. */
export function checkMissingService({ components }: Inventory): ImportFinding[] {
  const names = components.map((component) => component.name);
  const missing = COMPONENTS.filter((name) => !names.includes(name));
  return missing.map(reportMissing);
}

function reportMissing(name: ComponentName): ImportFinding {
  const place = {
    file: '.',
    line: 1,
  };
  const text = name === 'grafana' ? grafanaIsMissing() : serviceIsMissing(name);
  return warn(`${name}/missing`, place, text);
}
