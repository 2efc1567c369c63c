import { HIDDEN, isLiteralSecret, looksSecret } from '../../plan/secrecy';
import type { YamlPath } from '../read/yaml-value';
import type { ConfigurationDocument, TextNode } from './document';
import type { Flag } from './flags';

/** Keys for AWS, which a task has a role for. */
const KEY = /^(access_key(_id)?|secret_(access_)?key|session_token)$/;
const KEY_FLAG = /s3[\w.-]*(access-key|secret|session-token)/;
/** A header that lets somebody in, an address that is a secret itself. */
const SECRET_VALUE = /^(Bearer|Basic) \S|hooks\.slack\.com\/services\/|\/\/[^/\s]+\/webhook\//i;
const ASSIGNMENT = /^(\s*#?\s*-?\s*)(["']?[\w.-]+["']?)(\s*[:=]\s*)(\S.*)$/;

export const isKeyForS3 = (path: YamlPath): boolean => KEY.test(String(path.at(-1)));
export const isKeyFlag = ({ name }: Flag): boolean => KEY_FLAG.test(name);

/** Whether a setting has a secret as its value, not a way to one. */
export function isSecretSetting(name: string, value: string): boolean {
  return isLiteralSecret(name.replaceAll('-', '_'), value) || SECRET_VALUE.test(value);
}

/** Every literal secret of a configuration. */
export function findSecrets(document: ConfigurationDocument): TextNode[] {
  return document.listTexts().filter(({ path, node }) => isSecretSetting(nameOf(path), node.value));
}

/** The key, or that of the list that a value stands in. */
function nameOf(path: YamlPath): string {
  return String(path.findLast((key) => typeof key === 'string') ?? '');
}

/** `ruler.alertmanager_client.basic_auth_password` of a component as the name of a variable. */
export function nameVariable(component: string, setting: string): string {
  return `${component}_${setting}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** A text without what looks like a secret in its lines: a setting that somebody commented out. */
export function hideSecrets(text: string): string {
  const lines = text.split('\n');
  return lines.map(hideInLine).join('\n');
}

function hideInLine(line: string): string {
  const [, margin = '', name = '', between = '', value = ''] = ASSIGNMENT.exec(line) ?? [];
  const bare = value.replace(/^["']|["'],?$/g, '');
  if (name && isSecretSetting(name.replace(/["']/g, ''), bare)) return `${margin}${name}${between}${HIDDEN}`;
  return isSecretSetting('', line) || looksSecret('', line) ? ` ${HIDDEN}` : line;
}

/** Whether a file that comes along as it is has a secret in it. */
export const holdsSecret = (text: string): boolean => hideSecrets(text) !== text;
