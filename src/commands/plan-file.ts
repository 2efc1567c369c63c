import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parsePlan, PlanError } from '../plan/loader';
import type { Plan } from '../plan/schema';

/** Reads and checks a plan file. @throws PlanError with every problem at once */
export function loadPlan(file: string): Plan {
  return parsePlan(readText(file), basename(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PlanError([`${file}: can't be read (${code}); write one with lgtm-migrate init`]);
  }
}
