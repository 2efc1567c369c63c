/** Of a value that differs; a dump has whole definitions. */
const TOLD_CHARACTERS = 300;

/** Where two values differ, a line for each place. */
export function compare(path: string, expected: unknown, found: unknown): string[] {
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  if (!isMap(expected) || !isMap(found)) return [`${path}: ${tell(found)}, not ${tell(expected)}`];
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].flatMap((key) => compare(path ? `${path}.${key}` : key, expected[key], found[key]));
}

const tell = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, TOLD_CHARACTERS);

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
