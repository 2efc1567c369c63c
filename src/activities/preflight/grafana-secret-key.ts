import { pbkdf2 as pbkdf2Callback } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { DEFAULT_KEY, ROUNDS, type GrafanaSettings } from './grafana-settings';
import { saySecretKeyDiffers, saySecretKeySame, saySecretKeyUnknown } from './texts/grafana';

const pbkdf2 = promisify(pbkdf2Callback);
const DIGEST_BYTES = 32;

type SecretSource = Plan['secrets'][number]['from'];

/**
 * secret_key of both sides: equal, not equal, or unknown. Without the right one the new
 * Grafana can't decrypt data sources' passwords.
 */
export async function judgeSecretKey(
  deps: Deps,
  plan: Plan,
  nonce: Buffer,
  settings: GrafanaSettings,
): Promise<Finding> {
  const { service } = plan.grafana;
  const { environment, secrets } = plan.services[service]!;
  const reference = secrets['GF_SECURITY_SECRET_KEY'];
  const plain = environment['GF_SECURITY_SECRET_KEY'] ?? DEFAULT_KEY;
  const value = reference ? await readSecret(deps, plan, reference) : plain;
  if (value === undefined) return saySecretKeyUnknown(reference);
  const digest = await pbkdf2(value, nonce, ROUNDS, DIGEST_BYTES, 'sha256');
  const isSame = digest.toString('hex') === settings.key;
  return isSame ? saySecretKeySame() : saySecretKeyDiffers(service);
}

/**
 * An existing secret is used as it is; else the value that the worker will make it of.
 * @param reference `<name>` or `<name>:<field>`
 * @returns undefined where it is not to be known here
 */
async function readSecret(deps: Deps, plan: Plan, reference: string): Promise<string | undefined> {
  const [name, field] = reference.split(':');
  const { from } = plan.secrets.find((secret) => secret.name === name)!;
  const text = await readSecretText(deps, name!, from);
  return field && text !== undefined ? fieldOf(text, field) : text;
}

async function readSecretText(deps: Deps, name: string, source: SecretSource): Promise<string | undefined> {
  const { secrets } = deps.clients;
  try {
    const command = new GetSecretValueCommand({ SecretId: name });
    const { SecretString } = await secrets.send(command);
    return SecretString;
  } catch (error) {
    if (!isAws(error)) throw error;
    return isAws(error, 'ResourceNotFound') ? readSource(deps, source) : undefined;
  }
}

async function readSource({ environment }: Deps, source: SecretSource): Promise<string | undefined> {
  if ('env' in source) return environment[source.env];
  return readFile(source.file, 'utf8').catch(() => undefined);
}

/** A text field of a JSON object; undefined where the text is none. */
function fieldOf(text: string, field: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
