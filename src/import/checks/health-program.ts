import { warn, type ImportFinding } from '../finding';
import type { Component, Inventory } from '../read/inventory';
import type { ComposeService } from '../read/service';
import { missingProgram } from './health-check';
import { programIsMissing } from './texts';

/** A container's health check that calls a program which its image does not have. */
export function checkHealthProgram({ components }: Inventory): ImportFinding[] {
  return components.flatMap((component) =>
    component.services.flatMap((service) => findMissingProgram(component, service)),
  );
}

function findMissingProgram({ name, version }: Component, { health }: ComposeService): ImportFinding[] {
  if (!health) return [];
  const missing = missingProgram(name, version, health.value);
  if (!missing) return [];
  const image = `${name} ${version ?? ''}`;
  const text = programIsMissing(image, missing.program, missing.source);
  return [warn(`${name}/health-check`, health, text)];
}
