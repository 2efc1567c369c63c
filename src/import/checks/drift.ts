import { versionOf } from '../../plan/versions';
import { warn, type ImportFinding } from '../finding';
import { runningImage, type Component, type Inventory } from '../read/inventory';
import { otherVersionRuns } from './texts';

/** A host that runs another version than its folder says. */
export function checkDrift({ components, running }: Inventory): ImportFinding[] {
  return components.flatMap((component) => {
    const image = runningImage(component, running);
    return image ? compareVersions(component, image) : [];
  });
}

function compareVersions(component: Component, runningReference: string): ImportFinding[] {
  const { name, image } = component;
  const runs = versionOf(runningReference);
  if (!runs || runs === versionOf(image?.value)) return [];
  const text = otherVersionRuns(name, runningReference, image?.value);
  return [warn(`${name}/drift`, image ?? component, text)];
}
