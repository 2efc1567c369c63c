import { z } from 'zod';
import type { AccountFacts } from './definition';
import type { Plan } from './schema';

const accountId = z.string().regex(/^\d{12}$/);
const imageByDigest = z.string().regex(/@sha256:[0-9a-f]{64}$/);
const secretArn = z.string().regex(/^arn:aws[\w-]*:secretsmanager:/);

/**
 * What only an account knows of a plan: the file that `render --resolved` reads.
 * What is absent stands by its name.
 */
export const resolvedSchema = z.strictObject({
  account: accountId.optional(),
  /** service → `<uri>@sha256:…` */
  images: z.record(z.string(), imageByDigest).default({}),
  /** name → ARN with its suffix */
  secrets: z.record(z.string(), secretArn).default({}),
  /** where the old stores answer */
  oldHost: z.string().min(1).optional(),
});
export type Resolved = z.output<typeof resolvedSchema>;

/**
 * The names of an account's resources as AWS forms them,
 * for what nobody has looked up.
 */
export function guessFacts(account: string, plan: Plan, image: string, resolved: Resolved): AccountFacts {
  const { region, roles, ingestion } = plan;
  const roleArns = `arn:aws:iam::${account}:role`;
  const secretArns = `arn:aws:secretsmanager:${region}:${account}:secret`;
  const secrets: Record<string, string> = {};
  for (const { name } of plan.secrets) {
    secrets[name] = resolved.secrets[name] ?? `${secretArns}:${name}`;
  }
  const oldHost = ingestion.oldHost ?? resolved.oldHost;
  return {
    image,
    executionRole: `${roleArns}/${roles.execution}`,
    taskRole: `${roleArns}/${roles.task}`,
    secrets,
    ...(oldHost ? { oldHost } : {}),
  };
}

/** A repository's address in an account's registry. */
export function nameRepositoryUri(account: string, region: string, repository: string): string {
  const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
  return `${registry}/${repository}`;
}
