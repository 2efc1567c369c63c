const SECRET_NAME = /pass(word|wd|phrase)|secret|token|credential|private|dsn|(^|[_.-])(pass|key|keys|pwd)([_.-]|$)/i;
const URL_WITH_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Whether a variable's or setting's value must not be shown: by its name, or because a URL in it has a password. */
export function looksSecret(name: string, value = ''): boolean {
  return SECRET_NAME.test(name) || URL_WITH_PASSWORD.test(value);
}

/** The value, or only that there is one where it looks secret. */
export function maskSecret(name: string, value: string): string {
  const isHidden = value !== '' && looksSecret(name, value);
  return isHidden ? '(set, not shown)' : value;
}
