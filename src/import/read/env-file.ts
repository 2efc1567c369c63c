import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { interpolate, type Lookup } from './interpolate';
import type { Found, Problem } from '../problem';

/** The variables of an env file, by name. */
export type Variables = Map<string, Found<string>>;

/**
 * Reads an env file as Compose does: `export`, quotes, comments, and variables in values that are not in single quotes.
 * @param file where it is read; @param shown how errors call it
 * @returns undefined when there is none
 */
export function readEnvFile(file: string, shown: string, lookup: Lookup, problems: Problem[]): Variables | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n');
  const variables: Variables = new Map();
  for (const [name, raw] of Object.entries(parseEnv(text) as Record<string, string>)) {
    const index = lines.findLastIndex((line) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(line));
    const place = { file: shown, line: index + 1 };
    const literal = /=\s*'/.test(lines[index] ?? '');
    const earlier: Lookup = (other) => lookup(other) ?? variables.get(other)?.value;
    variables.set(name, {
      value: literal ? raw : interpolate(raw, earlier, (message) => problems.push({ ...place, message })),
      ...place,
    });
  }
  return variables;
}
