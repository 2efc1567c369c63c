import { basename } from 'node:path';
import { checkInventory } from '../import/checks';
import type { ImportFinding } from '../import/finding';
import { writePlan } from '../import/plan';
import { ImportError } from '../import/problem';
import { readInventory, type Inventory } from '../import/read/inventory';
import { readRunning, type RunningHost } from '../import/read/running';
import { parsePlan } from '../plan/loader';
import { depsIn } from './account';
import type { ImportOptions } from './import';
import { InputError } from './output';
import { idsOf } from './results';
import { folderIsUnreadable, nothingToAccept } from './texts';

const DEFAULT_REGION = 'ap-northeast-2';

/** A Compose folder and its hosts as found, and what that means for a move. */
export interface Inspection {
  inventory: Inventory;
  findings: ImportFinding[];
  /** failures that are accepted by name */
  accepted: ImportFinding[];
  /** failures that are not */
  refused: ImportFinding[];
  /** the plan's text; absent while anything is refused */
  plan?: string;
}

/**
 * Reads the folder, and what runs on its hosts unless offline.
 * @throws InputError, or PlanError for options that no plan takes
 */
export async function inspectFolder(folder: string, options: ImportOptions): Promise<Inspection> {
  // the plan's own rules first: a wrong instance id must not be found out after the hosts were asked
  writeValidPlan(readFolder(folder, options, []), options, []);
  const running = await askHosts(options);
  const inventory = readFolder(folder, options, running);
  const inspection = judge(inventory, options.accept ?? []);
  if (inspection.refused.length > 0) return inspection;
  return {
    ...inspection,
    plan: writeValidPlan(inventory, options, inspection.accepted),
  };
}

/** What is found, and which of its failures are accepted. */
function judge(inventory: Inventory, accept: string[]): Inspection {
  const findings = checkInventory(inventory);
  const failures = findings.filter(({ level }) => level === 'fail');
  const isAccepted = ({ id }: ImportFinding) => accept.includes(id);
  requireKnown(accept, findings, failures);
  return {
    inventory,
    findings,
    accepted: failures.filter(isAccepted),
    refused: failures.filter((failure) => !isAccepted(failure)),
  };
}

/** A name that is accepted must be found: a misspelt one would accept nothing. */
function requireKnown(accept: string[], findings: ImportFinding[], failures: ImportFinding[]): void {
  const known = idsOf(findings);
  const unknown = accept.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new InputError(nothingToAccept(unknown, idsOf(failures)));
}

/** The text of a plan, held against the plan's own rules. */
function writeValidPlan(inventory: Inventory, options: ImportOptions, accepted: ImportFinding[]): string {
  const text = writePlan(inventory, options, accepted);
  parsePlan(text, basename(options.output));
  return text;
}

async function askHosts({ instance, composeDirectory, offline }: ImportOptions): Promise<RunningHost[]> {
  if (offline) return [];
  const region = process.env['AWS_REGION'] ?? DEFAULT_REGION;
  const deps = depsIn(region);
  const hosts = instance.map((id) => readRunning(deps, id, composeDirectory));
  return Promise.all(hosts);
}

function readFolder(folder: string, options: ImportOptions, running: RunningHost[]): Inventory {
  const { composeDirectory, grafanaEfs } = options;
  try {
    return readInventory(folder, composeDirectory, running, grafanaEfs);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const complaint = folderIsUnreadable(folder, error.message);
    throw new InputError(complaint, { cause: error });
  }
}
