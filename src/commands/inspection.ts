import { basename, dirname, join } from 'node:path';
import { checkInventory } from '../import/checks';
import { listIds, type ImportFinding } from '../import/finding';
import { makeImages } from '../import/images';
import type { ComponentImage } from '../import/images/component';
import { writePlan } from '../import/plan';
import { ImportError } from '../import/problem';
import { readInventory, type Inventory } from '../import/read/inventory';
import { readRunning, type RunningHost } from '../import/read/running';
import { parsePlan } from '../plan/loader';
import { depsIn } from './account';
import type { ImportOptions } from './import-options';
import { InputError } from './output';
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
  images: ComponentImage[];
  /** the plan's text; absent while anything is refused */
  plan?: string;
}

/**
 * Reads the folder, and what runs on its hosts unless offline.
 * @throws InputError, or PlanError for options that no plan takes
 */
export async function inspectFolder(folder: string, options: ImportOptions): Promise<Inspection> {
  // the plan's own rules first: a wrong instance id must not be found out after the hosts were asked
  const offline = readFolder(folder, options, []);
  writeValidPlan(offline, options, [], makeImages(offline, options.composeDirectory));
  const running = await askHosts(options, offline.compose.projects);
  const inventory = readFolder(folder, options, running);
  const inspection = judge(inventory, options);
  if (inspection.refused.length > 0) return inspection;
  return {
    ...inspection,
    plan: writeValidPlan(inventory, options, inspection.accepted, inspection.images),
  };
}

/** What is found, and which of its failures are accepted. */
function judge(inventory: Inventory, { accept = [], composeDirectory }: ImportOptions): Inspection {
  const images = makeImages(inventory, composeDirectory);
  const findings = checkInventory(inventory, images);
  const failures = findings.filter(({ level }) => level === 'fail');
  const isAccepted = ({ id }: ImportFinding) => accept.includes(id);
  requireKnown(accept, findings, failures);
  return {
    inventory,
    findings,
    images,
    accepted: failures.filter(isAccepted),
    refused: failures.filter((failure) => !isAccepted(failure)),
  };
}

/** A name that is accepted must be found: a misspelt one would accept nothing. */
function requireKnown(accept: string[], findings: ImportFinding[], failures: ImportFinding[]): void {
  const known = listIds(findings);
  const unknown = accept.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new InputError(nothingToAccept(unknown, listIds(failures)));
}

/** The text of a plan, held against the plan's own rules. */
function writeValidPlan(
  inventory: Inventory,
  options: ImportOptions,
  accepted: ImportFinding[],
  images: ComponentImage[],
): string {
  const context = nameContext(options);
  const text = writePlan(inventory, options, accepted, {
    context,
    images,
  });
  parsePlan(text, basename(options.output));
  return text;
}

/** Where the images are written: beside the plan. */
export const nameContext = ({ output }: ImportOptions): string => join(dirname(output), 'images');

async function askHosts(
  { instance, composeDirectory, offline }: ImportOptions,
  composeFiles: string[] | undefined,
): Promise<RunningHost[]> {
  if (offline) return [];
  const region = process.env['AWS_REGION'] ?? DEFAULT_REGION;
  const deps = depsIn(region);
  const place = {
    composeDirectory,
    composeFiles,
  };
  const hosts = instance.map((id) => readRunning(deps, id, place));
  return Promise.all(hosts);
}

function readFolder(folder: string, options: ImportOptions, running: RunningHost[]): Inventory {
  const { composeDirectory, grafanaEfs, composeFile, envFile, profile } = options;
  try {
    return readInventory(folder, composeDirectory, running, {
      grafanaEfs,
      composeFiles: composeFile,
      envFiles: envFile,
      profiles: profile,
    });
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const complaint = folderIsUnreadable(folder, error.message);
    throw new InputError(complaint, {
      cause: error,
    });
  }
}
