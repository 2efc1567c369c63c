import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { profileIsInactive } from './texts';

/** A service of a profile that is not active: Compose does not start it, and the hosts may be told otherwise. */
export function checkProfile({ compose }: Inventory): ImportFinding[] {
  return compose.inactive.map((service) => {
    const text = profileIsInactive(service.name, service.profiles);
    return warn('host/profile', service, text);
  });
}
