import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { composeIgnoresVersion } from './texts';

/** `version:` at the top of a Compose file. */
export function checkComposeVersion({ compose }: Inventory): ImportFinding[] {
  return compose.versions.map((version) => {
    const text = composeIgnoresVersion(version.value);
    return warn('host/dead-option', version, text);
  });
}
