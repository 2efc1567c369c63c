/** Anywhere in a name. */
const SECRET_WORDS = ['password', 'passwd', 'passphrase', 'secret', 'token', 'credential', 'private', 'dsn'];
/** As a whole part of a name: AWS_KEY, not KEYCLOAK. */
const SECRET_PARTS = ['pass', 'pwd', 'key', 'keys'];
const SEPARATOR = /[_.-]/;
/** The password may hold slashes, as those of AWS do; but a port with a path is none. */
const URL_WITH_PASSWORD = /:\/\/[^/\s:@]*:(?!\d+\/)\S+@/;
const ESCAPED_URL_WITH_PASSWORD = /%3A%2F%2F\S+%40/i;

/** Whether a variable's or setting's value must not be shown: by its name, or because a URL in it has a password. */
export function looksSecret(name: string, value = ''): boolean {
  return isSecretName(name) || URL_WITH_PASSWORD.test(value) || ESCAPED_URL_WITH_PASSWORD.test(value);
}

function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  const parts = lower.split(SEPARATOR);
  if (SECRET_PARTS.some((part) => parts.includes(part))) return true;
  return SECRET_WORDS.some((word) => lower.includes(word));
}

/** The value, or only that there is one where it looks secret. */
export function maskSecret(name: string, value: string): string {
  const isHidden = value !== '' && looksSecret(name, value);
  return isHidden ? '(set, not shown)' : value;
}
