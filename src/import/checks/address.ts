import { warn, type ImportFinding } from '../finding';
import { findAddresses } from '../read/addresses';
import type { Inventory } from '../read/inventory';
import { nameFolder } from './folder';
import { addressIsFixed } from './texts';

/** Configuration that names a machine by its IPv4 address. */
export function checkAddress({ root }: Inventory): ImportFinding[] {
  return findAddresses(root).map((address) => {
    const id = `${nameFolder(address)}/by-address`;
    return warn(id, address, addressIsFixed(address.value));
  });
}
