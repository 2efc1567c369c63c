import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parsePlan, PlanError } from '../plan/loader';
import type { Plan } from '../plan/schema';
import { InputError } from './output';
import { unknownServices } from './texts';

/** Reads and checks a plan file. @throws PlanError with every problem at once */
export function loadPlan(file: string): Plan {
  return parsePlan(readText(file), basename(file));
}

/** @throws InputError for names that are none of the plan's services */
export function requireServices({ services }: Plan, file: string, names: string[]): void {
  const strangers = names.filter((name) => !(name in services));
  if (strangers.length > 0) throw new InputError(unknownServices(file, strangers, Object.keys(services)));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PlanError([`${file}: can't be read (${code}); write one with lgtm-migrate init`]);
  }
}
