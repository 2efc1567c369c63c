/** Plain data of a YAML file, whose shape a schema has or has not checked. */
export type Mapping = Record<string, unknown>;

/** Keys of mappings and indices of lists, from the top of a file. */
export type YamlPath = readonly (string | number)[];

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: YamlPath): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return undefined;
    inner = (inner as Record<string | number, unknown>)[key];
  }
  return inner;
}

/** Whether it is a mapping, not a list and not nothing. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping, or an empty one for anything else. */
export function toMapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

/** The list, a list of the one value, or an empty one for nothing. */
export function toList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const isAbsent = value === undefined || value === null;
  return isAbsent ? [] : [value];
}

/** Numbers and booleans as the text that Compose makes of them, mappings and lists as JSON; nothing is an empty one. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number);
}
