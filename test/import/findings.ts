import { checkInventory } from '../../src/import/checks';
import type { ImportFinding } from '../../src/import/finding';
import { makeImages } from '../../src/import/images';
import { formatPlace } from '../../src/import/place';
import { ImportError } from '../../src/import/problem';
import { readInventory, type Inventory } from '../../src/import/read/inventory';
import type { RunningHost } from '../../src/import/read/running';
import { editExample, EXAMPLE, type Edit } from './folder';

/** Where the folder lies on its hosts. */
const HOST_FOLDER = '/opt/lgtm';

export function readFolder(root: string, running: RunningHost[] = []): Inventory {
  return readInventory(root, HOST_FOLDER, running);
}

/** Everything that is found in a folder and its images. */
export function checkFolder(inventory: Inventory): ImportFinding[] {
  return checkInventory(inventory, makeImages(inventory, HOST_FOLDER));
}

/** Every finding of a folder, as `level id file:line`. */
export function listFindings(root: string, running: RunningHost[] = []): string[] {
  const inventory = readFolder(root, running);
  return checkFolder(inventory).map(formatFinding);
}

function formatFinding(finding: ImportFinding): string {
  return `${finding.level} ${finding.id} ${formatPlace(finding)}`;
}

/** What the example has that is not edited. */
export const USUAL_FINDINGS = [
  'warn alloy/configuration alloy/config/config.alloy:1',
  'warn host/other-service proxy/proxy_docker-compose.yaml:2',
  'warn host/dead-option grafana/grafana_docker-compose.yaml:1',
  'warn host/dead-option mimir/mimir_docker-compose.yaml:1',
];

/** What an edited example has that the example has not. */
export function findAfter(...edits: Edit[]): string[] {
  return omitUsual(listFindings(editExample(...edits)));
}

/** What the example has with a line more at the end of a file. */
export function findAppended(file: string, line: string): string[] {
  return findAfter({
    file,
    from: /$/,
    to: `\n${line}\n`,
  });
}

/** What the example has on hosts where this runs, and has not by itself. */
export function findWhere(running: RunningHost[]): string[] {
  return omitUsual(listFindings(EXAMPLE, running));
}

function omitUsual(findings: string[]): string[] {
  // whatever is put into Alloy's pipeline, it is replaced as a whole
  const others = findings.filter((finding) => !finding.includes(' alloy/configuration '));
  return others.filter((finding) => !USUAL_FINDINGS.includes(finding));
}

/** Everything about a folder that can't be read. */
export function listProblems(root: string): string[] {
  try {
    readFolder(root);
    return [];
  } catch (error) {
    if (error instanceof ImportError) return error.problems;
    throw error;
  }
}
