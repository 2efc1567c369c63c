import type { Inventory } from '../read/inventory';
import { makeImage, type ComponentImage } from './component';

/** The folders of images that an import writes: one for each component that was found. */
export function makeImages(inventory: Inventory, host: string): ComponentImage[] {
  return inventory.components.map((component) => makeImage(component, inventory, host));
}
