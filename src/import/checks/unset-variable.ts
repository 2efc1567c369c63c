import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import { looksSecret } from '../../plan/secrecy';
import { variableIsUnset } from './texts';

/** A variable that no env file of the folder sets; on the host something else may. */
export function checkUnsetVariable({ compose }: Inventory): ImportFinding[] {
  return compose.unset.map((variable) => {
    const name = variable.value;
    const text = variableIsUnset(name, looksSecret(name));
    return warn('host/unset', variable, text);
  });
}
