import { readFile } from 'node:fs/promises';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { OwnedName, Resource } from '../../contract/resources';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import { secretDeleted, secretNotShown, secretValueMissing } from './texts';

/** Which editors and `echo` put behind a value: ECS injects what is stored, and a password with it is another one. */
const LINE_END = /\r?\n$/;

type SecretRequest = InputOf<'ensureSecret'>;

/**
 * Finds the secret, or creates it; a value goes from the
 * worker's environment or file to AWS and nowhere else.
 * @throws SecretValueMissing, SecretDeleted
 */
export async function ensureSecret(deps: Deps, request: SecretRequest): Promise<Resource> {
  const { owner, name, from } = request;
  const found = await findSecret(deps, request);
  if (found) return found;
  const value = await readValue(deps, from);
  if (!value) {
    throw ApplicationFailure.nonRetryable(secretValueMissing(name, from), 'SecretValueMissing');
  }
  const command = new CreateSecretCommand({
    Name: name,
    SecretString: value,
    Tags: tagsOf(owner),
  });
  try {
    const { ARN } = await deps.clients.secrets.send(command);
    return {
      id: ARN!,
      ownership: 'created',
    };
  } catch (error) {
    if (error instanceof Error && repeats(error.message, value)) error.message = secretNotShown(name);
    throw error;
  }
}

/** Whether a text holds a value, whole or in JSON: each level of which escapes it once more. */
function repeats(text: string, value: string): boolean {
  const withoutEscapes = text.replaceAll('\\', '');
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\', '');
  return text.includes(value) || withoutEscapes.includes(escaped);
}

/**
 * Deletes the secret at once if this run created it: else
 * its name stays blocked for a week, and the next try fails.
 */
export async function removeSecret(deps: Deps, input: OwnedName): Promise<void> {
  const found = await findSecret(deps, input);
  if (found?.ownership !== 'created') return;
  const command = new DeleteSecretCommand({
    SecretId: input.name,
    ForceDeleteWithoutRecovery: true,
  });
  await deps.clients.secrets.send(command);
}

/** Whether there is a secret of this name that nobody has deleted; one that waits for its deletion has no value. */
export async function hasSecret(deps: Deps, name: string): Promise<boolean> {
  const found = await describeSecret(deps, name);
  return found !== undefined && found.DeletedDate === undefined;
}

async function findSecret(deps: Deps, { owner, name }: OwnedName): Promise<Resource | undefined> {
  const found = await describeSecret(deps, name);
  if (!found) return undefined;
  if (found.DeletedDate) throw ApplicationFailure.nonRetryable(secretDeleted(name), 'SecretDeleted');
  return {
    id: found.ARN!,
    ownership: ownershipOf(found.Tags, owner),
  };
}

/** undefined: there is none of this name; one that waits for its deletion is there. */
async function describeSecret(deps: Deps, name: string): Promise<DescribeSecretResponse | undefined> {
  try {
    return await deps.clients.secrets.send(new DescribeSecretCommand({ SecretId: name }));
  } catch (error) {
    if (isAws(error, 'ResourceNotFound')) return undefined;
    throw error;
  }
}

async function readValue({ environment }: Deps, from: SecretRequest['from']): Promise<string | undefined> {
  if ('env' in from) return environment[from.env];
  const text = await readFile(from.file, 'utf8').catch(() => undefined);
  return text?.replace(LINE_END, '');
}
