const NAME = /pass(word|wd|phrase)|secret|token|credential|private|dsn|(^|[_.-])(pass|key|keys|pwd)([_.-]|$)/i;

/** Whether a variable's or setting's value must not be shown: by its name, or because a URL in it has a password. */
export function looksSecret(name: string, value = ''): boolean {
  return NAME.test(name) || /:\/\/[^/\s:@]*:[^/\s@]+@/.test(value);
}

/** The value, or that there is one. */
export const shown = (name: string, value: string): string =>
  looksSecret(name, value) && value !== '' ? '(set, not shown)' : value;
