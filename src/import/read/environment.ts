import type { Place } from '../place';
import type { Variables } from './env-file';
import type { Lookup } from './interpolate';
import { toMapping, toText } from './yaml-value';

interface Assignment {
  name: string;
  /** absent for a variable that stands without a value */
  value?: string | undefined;
  key: string | number;
}

/**
 * The variables of `environment:` over those of the env files.
 * @param lookup of a variable that stands without a value
 * @param placeOf the place of a list's item or of a mapping's key
 */
export function readEnvironment(
  value: unknown,
  files: Variables,
  lookup: Lookup,
  placeOf: (key: string | number) => Place,
): Variables {
  const assignments = Array.isArray(value) ? value.map(readItem) : readMapping(value);
  const variables: Variables = new Map(files);
  for (const assignment of assignments) {
    const { name, key } = assignment;
    const taken = assignment.value ?? lookup(name);
    if (taken !== undefined)
      variables.set(name, {
        value: taken,
        ...placeOf(key),
      });
  }
  return variables;
}

/** `NAME=value` or `NAME`. */
function readItem(item: unknown, index: number): Assignment {
  const text = toText(item);
  const equals = text.indexOf('=');
  if (equals <= 0)
    return {
      name: text,
      key: index,
    };
  return {
    name: text.slice(0, equals),
    value: text.slice(equals + 1),
    key: index,
  };
}

function readMapping(value: unknown): Assignment[] {
  const entries = Object.entries(toMapping(value));
  return entries.map(([name, given]) => ({
    name,
    value: given === null ? undefined : toText(given),
    key: name,
  }));
}
