import { fail, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { tagMoves } from './texts';

/** An image whose tag says no version: `latest`, `3`, `3.2` or none. */
export function checkMovingTag({ components }: Inventory): ImportFinding[] {
  const unpinned = components.filter((component) => !component.version);
  return unpinned.map(reportTag);
}

function reportTag(component: Component): ImportFinding {
  const { name, image } = component;
  const text = tagMoves(name, image?.value);
  return fail(`${name}/latest`, image ?? component, text);
}
