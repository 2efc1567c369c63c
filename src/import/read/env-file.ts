import { parseEnv } from 'node:util';
import type { Place, Sourced } from '../place';
import type { Problem } from '../problem';
import { interpolate, type Lookup } from './interpolate';
import { readTextFile } from './text-file';

/** Variables by name, each with the place where it is set. */
export type Variables = Map<string, Sourced<string>>;

/** The values of variables, by name. */
export function lookUp(variables: Variables): Lookup {
  return (name) => variables.get(name)?.value;
}

/**
 * Reads an env file as Compose does: `export`, quotes, comments, and variables in values that are not in single quotes.
 * @param path where it is read
 * @param file how places name it
 * @param lookup counts before what the file itself has set further up
 * @returns undefined when there is none
 */
export function readEnvFile(path: string, file: string, lookup: Lookup, problems: Problem[]): Variables | undefined {
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const variables: Variables = new Map();
  const lookUpAbove = lookUp(variables);
  const lookUpBoth: Lookup = (name) => lookup(name) ?? lookUpAbove(name);
  const values = Object.entries(parseEnv(text));
  for (const [name, raw = ''] of values) {
    const index = findAssignment(lines, name);
    const place = {
      file,
      line: Math.max(index, 0) + 1,
    };
    const isLiteral = isSingleQuoted(lines[index]);
    const value = isLiteral ? raw : expand(raw, lookUpBoth, place, problems);
    variables.set(name, {
      value,
      ...place,
    });
  }
  return variables;
}

/** The last assignment counts. @returns -1 where none is seen: a value may go on over several lines */
function findAssignment(lines: string[], name: string): number {
  return lines.findLastIndex((line) => {
    const [key = '', ...value] = line.split('=');
    return value.length > 0 && key.trim().replace(/^export\s+/, '') === name;
  });
}

function isSingleQuoted(line = ''): boolean {
  return /=\s*'/.test(line);
}

function expand(raw: string, lookup: Lookup, place: Place, problems: Problem[]): string {
  const complain = (message: string) => {
    problems.push({
      ...place,
      message,
    });
  };
  return interpolate(raw, lookup, complain);
}
