import { readFileSync } from 'node:fs';

/** A file's text; undefined when there is none, or none that may be read. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
