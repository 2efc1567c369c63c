import fc from 'fast-check';

/** What means something to a program that reads it as something else. */
const HOSTILE_TEXTS = [
  '',
  ' ',
  '\n',
  '\u0000',
  '\ud800',
  '\u001b[2J',
  '__proto__',
  'constructor',
  'toString',
  '*anchor',
  '&anchor',
  '<<',
  '!!binary x',
  '${HOME}',
  '${',
  '$',
  '{{',
  '%s',
  '../../etc/passwd',
  '$(touch CANARY)',
  '9'.repeat(400),
  'x'.repeat(5000),
  '['.repeat(200),
];

const HOSTILE_VALUES: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.1,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[]],
  [null],
  { toString: 1 },
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({
    unit: 'binary',
    maxLength: 40,
  }),
);

/** Whatever a file, a message or an answer may have in a place. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HOSTILE_VALUES),
  hostileText,
  fc.double(),
  fc.jsonValue({
    maxDepth: 3,
  }),
  fc.dictionary(hostileText, fc.constantFrom(...HOSTILE_VALUES), {
    maxKeys: 3,
  }),
);

type Path = readonly (string | number)[];

/** Every place of a value that has something in it. */
export function listPaths(value: unknown, above: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return [above];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const below = entries.flatMap(([key, inner]) => listPaths(inner, [...above, key]));
  return above.length === 0 ? below : [above, ...below];
}

/** What becomes of a place: a value, or nothing at all. */
type Change = { path: Path; to: unknown } | { path: Path; isGone: true };

/** A copy with its places changed, one after the other; a place that is gone by then stays so. */
function applyChanges<T>(value: T, changes: readonly Change[]): T {
  const copy = copyOf(value);
  for (const change of changes) applyChange(copy, change);
  return copy;
}

/** Of this realm, as fast-check wants to print it; structuredClone's are of Node's. */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, copyOf(inner) as unknown]);
  return Object.fromEntries(entries) as T;
}

function applyChange(copy: unknown, change: Change): void {
  const place = change.path.slice(0, -1).reduce<unknown>(stepInto, copy);
  const key = change.path.at(-1);
  if (typeof place !== 'object' || place === null || key === undefined) return;
  if ('isGone' in change) delete (place as Record<PropertyKey, unknown>)[key];
  // values are shared by all runs: a later change may step into this one
  else (place as Record<PropertyKey, unknown>)[key] = copyOf(change.to);
}

function stepInto(place: unknown, key: string | number): unknown {
  if (typeof place !== 'object' || place === null) return undefined;
  return (place as Record<PropertyKey, unknown>)[key];
}

/** A value as it should be with a few places that are not. @param values of those places */
export function spoil<T>(value: T, values: fc.Arbitrary<unknown> = hostileValue): fc.Arbitrary<T> {
  const path = fc.constantFrom(...listPaths(value));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({
      path,
      to: values,
    }),
    fc.record({
      path,
      isGone: fc.constant(true as const),
    }),
  );
  const changes = fc.array(change, {
    minLength: 1,
    maxLength: 3,
  });
  return changes.map((all) => applyChanges(value, all));
}

/** As AWS's SDK may answer: of a value as it should be some fields are missing, and some lists empty. */
export function leaveOut<T>(value: T): fc.Arbitrary<T> {
  const fields = listPaths(value).filter((path) => typeof path.at(-1) === 'string');
  const changes = fields.flatMap((path): Change[] => [
    {
      path,
      isGone: true,
    },
    ...(Array.isArray(path.reduce<unknown>(stepInto, value)) ? [{ path, to: [] }] : []),
  ]);
  const some = fc.array(fc.constantFrom(...changes), {
    minLength: 1,
    maxLength: 3,
  });
  return some.map((all) => applyChanges(value, all));
}
