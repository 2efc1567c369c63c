import { parseEnv } from 'node:util';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { interpolate, type Lookup } from './interpolate';
import { readTextFile } from './text-file';

/** The variables of an env file, by name. */
export type Variables = Map<string, Sourced<string>>;

/**
 * Reads an env file as Compose does: `export`, quotes, comments, and variables in values that are not in single quotes.
 * @param path where it is read
 * @param file how places name it
 * @returns undefined when there is none
 */
export function readEnvFile(path: string, file: string, lookup: Lookup, problems: Problem[]): Variables | undefined {
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const variables: Variables = new Map();
  const lookupHere: Lookup = (name) => lookup(name) ?? variables.get(name)?.value;
  for (const [name, raw = ''] of Object.entries(parseEnv(text))) {
    const index = findAssignment(lines, name);
    const place = { file, line: index + 1 };
    const isLiteral = /=\s*'/.test(lines[index] ?? '');
    const value = isLiteral ? raw : expand(raw, lookupHere, place, problems);
    variables.set(name, { value, ...place });
  }
  return variables;
}

/** The last assignment counts. */
function findAssignment(lines: string[], name: string): number {
  const assignment = new RegExp(`^\\s*(export\\s+)?${name}\\s*=`);
  return lines.findLastIndex((line) => assignment.test(line));
}

function expand(raw: string, lookup: Lookup, place: Place, problems: Problem[]): string {
  return interpolate(raw, lookup, (message) => {
    problems.push({ ...place, message });
  });
}
