import { warn, type ImportFinding } from '../finding';
import { listGrafanas, type Inventory } from '../read/inventory';
import { variablesAreNotCarried } from './grafana-texts';

/** Variables that are none of Grafana's: its provisioning may read them, and the plan does not carry them. */
export function checkGrafanaEnvironment(inventory: Inventory): ImportFinding[] {
  return listGrafanas(inventory).flatMap(({ service }) => {
    const foreign = [...service.environment].filter(([name]) => isForeign(name));
    const [first] = foreign;
    if (!first) return [];
    const names = foreign.map(([name]) => name);
    return [warn('grafana/environment', first[1], variablesAreNotCarried(names))];
  });
}

/** Keys for AWS have a finding of their own. */
function isForeign(name: string): boolean {
  return !name.startsWith('GF_') && !name.startsWith('AWS_') && name !== 'TZ';
}
