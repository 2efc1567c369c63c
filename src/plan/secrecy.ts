/** In place of a value that may be a secret. */
export const HIDDEN = '(set, not shown)';
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
  return isHidden ? HIDDEN : value;
}

/** Tokens and keys that are known by how they begin. */
const KNOWN_SECRETS = [
  // AWS: "Unique identifiers" of IAM
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  // Grafana's service accounts, Grafana Cloud
  /\bgl(sa|c)_[\w+/=]{16,}/,
  // GitHub, Slack
  /\b(gh[pousr]_|xox[abprs]-)[\w-]{16,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
];
/** A switch, a number or a length of time. */
const SWITCH = /^(true|false|on|off|yes|no|\d{1,6}(ms|s|m|h|d)?)$/i;
/** What leads to a secret: a variable, a file that Grafana reads, an ARN, an address. */
const REFERENCE = /^(\$__\w+\{.*\}|\$\{?\w+\}?|arn:.*|https?:.*)$/;
const NAME_OF_FILE = /(FILE|PATH|DIR)$/i;

/** Whether a variable of an environment has a secret itself as its value, not a way to one. */
export function isLiteralSecret(name: string, value: string): boolean {
  if (looksSecret('', value) || KNOWN_SECRETS.some((known) => known.test(value))) return true;
  const leadsToIt = REFERENCE.test(value) || NAME_OF_FILE.test(name);
  return value !== '' && isSecretName(name) && !leadsToIt && !SWITCH.test(value);
}

/** Of a value as a file has it; a longer one is shown by its beginning. */
const SHOWN = 60;

/** What JSON leaves as it is and nobody sees, or what breaks or turns a line: controls, separators, marks of direction. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A value as JSON, on one line: what somebody typed, not a secret nor a whole file. */
export function show(value: unknown): string {
  const json = JSON.stringify(value)?.replace(UNSEEN, escapeUnseen);
  const text = typeof value === 'number' ? String(value) : (json ?? 'nothing');
  if (looksSecret('', text)) return HIDDEN;
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

function escapeUnseen(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
