import { readFile } from 'node:fs/promises';
import { CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { ownershipOf, tagsOf } from '../owner';
import type { Activities } from '../../contract/activities';
import type { Owner } from '../../contract/resources';

/** Secrets Manager; a value goes from the worker's environment or file to AWS and nowhere else. */
export function secretActivities({ clients: { secrets }, environment }: Deps) {
  async function find(name: string, owner: Owner) {
    try {
      const found = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
      if (found.DeletedDate) {
        throw ApplicationFailure.nonRetryable(
          `secret ${name} is scheduled for deletion; restore it with aws secretsmanager restore-secret --secret-id ${name}, then retry`,
          'SecretDeleted',
        );
      }
      return { id: found.ARN!, ownership: ownershipOf(found.Tags, owner) };
    } catch (error) {
      if (isAws(error, 'ResourceNotFound')) return undefined;
      throw error;
    }
  }

  return {
    async ensureSecret({ owner, name, from }) {
      const found = await find(name, owner);
      if (found) return found;
      const value = 'env' in from ? environment[from.env] : await readFile(from.file, 'utf8').catch(() => undefined);
      if (!value) {
        const place =
          'env' in from ? `its environment variable ${from.env} is not set` : `its file ${from.file} can't be read`;
        throw ApplicationFailure.nonRetryable(
          `secret ${name} has no value: on the worker, ${place}; set it there, then retry`,
          'SecretValueMissing',
        );
      }
      const { ARN } = await secrets.send(
        new CreateSecretCommand({ Name: name, SecretString: value, Tags: tagsOf(owner) }),
      );
      return { id: ARN!, ownership: 'created' };
    },

    async removeSecret({ owner, name }) {
      if ((await find(name, owner))?.ownership !== 'created') return;
      // without force the name stays blocked for a week, and the next try could not create it
      await secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    },
  } satisfies Partial<Activities>;
}
