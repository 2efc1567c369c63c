import { z } from 'zod';
import type { Facts } from './definition';
import type { Plan } from './schema';

/** What only an account knows of a plan: the file that `render --resolved` reads. What is absent stands by its name. */
export const resolvedSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  /** service → `<uri>@sha256:…` */
  images: z.record(z.string(), z.string().regex(/@sha256:[0-9a-f]{64}$/)).default({}),
  /** name → ARN with its suffix */
  secrets: z.record(z.string(), z.string().regex(/^arn:aws[\w-]*:secretsmanager:/)).default({}),
  /** where the old stores answer */
  oldHost: z.string().min(1).optional(),
});
export type Resolved = z.output<typeof resolvedSchema>;

/** The names of an account's resources as AWS forms them, for what nobody has looked up. */
export function factsIn(
  account: string,
  { region, roles, secrets, ingestion }: Plan,
  image: string,
  resolved: Resolved,
): Facts {
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const oldHost = ingestion.oldHost ?? resolved.oldHost;
  return {
    image,
    executionRole: role(roles.execution),
    taskRole: role(roles.task),
    secrets: Object.fromEntries(
      secrets.map(({ name }) => [
        name,
        resolved.secrets[name] ?? `arn:aws:secretsmanager:${region}:${account}:secret:${name}`,
      ]),
    ),
    ...(oldHost ? { oldHost } : {}),
  };
}

/** A repository's address in an account's registry. */
export const repositoryUri = (account: string, region: string, repository: string): string =>
  `${account}.dkr.ecr.${region}.amazonaws.com/${repository}`;
