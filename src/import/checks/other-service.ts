import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { serviceStaysBehind } from './texts';

/** A service of the host that is none of the six. */
export function checkOtherService({ others }: Inventory): ImportFinding[] {
  return others.map((service) => {
    const text = serviceStaysBehind(service.name, service.image?.value);
    return warn('host/other-service', service, text);
  });
}
