import { PINS } from '../../plan/components';
import { judgeVersion } from '../../plan/versions';
import { fail, warn, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import { versionIsKept, versionIsTooFar } from './texts';

/** A version that the images are not made for. */
export function checkVersion({ components }: Inventory): ImportFinding[] {
  return components.flatMap(findOtherVersion);
}

function findOtherVersion(component: Component): ImportFinding[] {
  const { name, image, version } = component;
  if (!version) return [];
  const place = image ?? component;
  const id = `${name}/version`;
  const judgement = judgeVersion(name, version, PINS[name]);
  switch (judgement.level) {
    case 'pass':
      return [];
    case 'warn':
      return [warn(id, place, versionIsKept(judgement, version))];
    case 'fail':
      return [fail(id, place, versionIsTooFar(judgement, name, version, PINS[name]))];
  }
}
