/** A value of a configuration as text. Who reads it may know more of it: the file and line where it stands. */
export interface Setting {
  value: string;
}

/** A store's configuration, wherever it was read: a host's own answer, or a file and the flags that overrule it. */
export interface Settings<S extends Setting = Setting> {
  /** a value by its path in the file, `common.storage.backend`; an empty one counts as none */
  get(path: string): S | undefined;
  /** as it stands, for lists and mappings */
  raw(path: string): unknown;
}

/** The first of these paths that is given, and its value. */
export function findSetting(settings: Settings, paths: string[]): { path: string; value: string } | undefined {
  for (const path of paths) {
    const value = settings.get(path)?.value;
    if (value !== undefined) return { path, value };
  }
  return undefined;
}

/** The value of the first of these paths that is given. */
export const readSetting = (settings: Settings, ...paths: string[]): string | undefined =>
  findSetting(settings, paths)?.value;

/** The value at a path of plain data. */
export function readPath(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), data);
}

function isMapping(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Settings of plain data, as a host's own answer holds them. */
export function settingsOf(data: unknown): Settings {
  const raw = (path: string) => readPath(data, path.split('.'));
  const get = (path: string) => {
    const value = raw(path);
    const isText = ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
    return isText ? { value: String(value) } : undefined;
  };
  return { get, raw };
}

const GO_UNITS: Record<string, number> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** A length of time as Go writes it, `12h0m0s` or `1m30.5s`, in seconds; what is none is 0. */
export function readGoDuration(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)([mnuµ]s|[hms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * GO_UNITS[unit!]!, 0);
}
