import { PINS, type ComponentName } from '../../plan/components';
import { judgeVersion, type VersionJudgement } from '../../plan/versions';
import { fail, warn, type FindingText, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import type { Carried } from './check';
import { editsAreForAnother, versionIsKept, versionIsTooFar } from './texts';

/** A version that the images, or the edits of a carried configuration, are not made for. */
export function checkVersion({ components }: Inventory, carried: Carried): ImportFinding[] {
  return components.flatMap((component) => findOtherVersion(component, carried));
}

function findOtherVersion(component: Component, carried: Carried): ImportFinding[] {
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
      return [fail(id, place, describeFar(judgement, name, version, carried))];
  }
}

function describeFar(judgement: VersionJudgement, name: ComponentName, version: string, carried: Carried): FindingText {
  const describe = carried.has(name) ? editsAreForAnother : versionIsTooFar;
  return describe(judgement, name, version, PINS[name]);
}
