import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkInventory as check } from '../../src/import/checks';
import { readInventory } from '../../src/import/read/inventory';
import type { ImportFinding as Finding } from '../../src/import/finding';
import { ImportError } from '../../src/import/problem';
import type { RunningHost as Running } from '../../src/import/read/running';

export const EXAMPLE = join(__dirname, '../../examples/LGTM_PRD');

const made: string[] = [];
afterAll(() => made.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lgtm-import-'));
  made.push(directory);
  return directory;
}

type Edit = [file: string, from: string | RegExp, to: string];

/** The example with texts replaced; an edit that finds nothing is a mistake of the test. */
export function edited(...edits: Edit[]): string {
  const root = join(temporary(), 'LGTM_PRD');
  cpSync(EXAMPLE, root, { recursive: true });
  for (const [file, from, to] of edits) {
    const before = readFileSync(join(root, file), 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${String(from)} is not in ${file}`);
    writeFileSync(join(root, file), after);
  }
  return root;
}

/** A folder of these files. */
export function folder(files: Record<string, string>): string {
  const root = temporary();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

export const inventory = (root: string, running: Running[] = []) => readInventory(root, '/opt/lgtm', running);

/** What an edited example has that the example has not, as `level id file:line`. */
export function findings(...edits: Edit[]): string[] {
  return told(edited(...edits)).filter((line) => !told(EXAMPLE).includes(line));
}

const line = ({ level, id, file, line }: Finding) => `${level} ${id} ${file}:${line}`;
export const told = (root: string, running: Running[] = []) => check(inventory(root, running)).map(line);

/** Everything about a folder that can't be read. */
export function problems(root: string): string[] {
  try {
    inventory(root);
  } catch (error) {
    if (error instanceof ImportError) return error.problems;
    throw error;
  }
  return [];
}
