import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClients } from '../activities/clients';
import { contextOf } from '../activities/images/builder';
import { contentTag } from '../activities/images/content';
import { lookUp } from '../activities/aws/resolved';
import { taskDefinitionOf } from '../activities/aws/task-definition';
import { definitionOf, writesToOldHost } from '../plan/definition';
import { loadPlan } from './plan-file';
import { buildArgumentsOf, familyOf, repositoryOf } from '../plan/names';
import { factsIn, repositoryUri, resolvedSchema, type Resolved } from '../plan/resolved';
import type { Plan } from '../plan/schema';
import { CommandError, EXIT, print } from './output';

export interface RenderOptions {
  file: string;
  output: string;
  /** a file, or `live`: ask the account */
  resolved?: string;
  duties: string;
  json?: boolean;
}

/** The workflow's two tags name a run, which a file can't. */
const TAGS = 'tags left out: the workflow adds lgtm-migrate:migration and lgtm-migrate:run when it registers one';

/**
 * Writes the task definitions that the workflow would register, a file each. Without `--resolved` it needs
 * neither AWS nor Temporal: an image stands by the tag of its content, a secret by its ARN without suffix.
 */
export async function render({ file, output, resolved, duties, json }: RenderOptions): Promise<number> {
  if (duties !== 'on' && duties !== 'off')
    throw new CommandError(
      `--duties ${duties} is unknown; take off (as deployed, while the hosts run) or on (once they have stopped)`,
      EXIT.badInput,
    );
  const plan = loadPlan(file);
  const known = await resolvedBy(resolved, plan);
  const account = plan.account ?? known.account;
  if (!account)
    throw new CommandError(
      `${file}: the account is not known; set account in the plan, or give --resolved live or a file that has one`,
      EXIT.badInput,
    );
  if (known.account && known.account !== account)
    throw new CommandError(
      `${file} is for account ${account}, --resolved ${resolved} for ${known.account}; use that of the plan`,
      EXIT.badInput,
    );

  const files = await Promise.all(
    Object.entries(plan.services).map(async ([service, entry]) => {
      const image =
        known.images[service] ??
        `${repositoryUri(account, plan.region, repositoryOf(service, entry))}:${entry.tag ?? (await tagOf(plan, service))}`;
      const facts = factsIn(account, plan, image, known);
      if (writesToOldHost(plan, service, duties) && !facts.oldHost) {
        throw new CommandError(
          `${file}: ingestion.dualWrite is on and where the old stores answer is not known; set ingestion.oldHost, or give --resolved live`,
          EXIT.badInput,
        );
      }
      const path = join(output, `${familyOf(service, entry).replace(/^lgtm-/, '')}.json`);
      return { service, path, definition: taskDefinitionOf(definitionOf(plan, service, duties, facts)) };
    }),
  );
  mkdirSync(output, { recursive: true });
  for (const { path, definition } of files) writeFileSync(path, `${JSON.stringify(definition, null, 2)}\n`);

  const open = [
    ...Object.keys(plan.services)
      .filter((name) => !known.images[name])
      .map((name) => `image of ${name}`),
    ...plan.secrets.filter(({ name }) => !known.secrets[name]).map(({ name }) => `secret ${name}`),
  ];
  print(json, { account, duties, files, open }, [
    ...files.map(({ path, definition }) => `wrote ${path}   ${definition.family}, duties ${duties}`),
    ...(open.length > 0
      ? [`not looked up, so an image stands by its tag and a secret without its suffix: ${open.join(', ')}`]
      : []),
    TAGS,
    `next: aws ecs register-task-definition --cli-input-json file://${files[0]!.path}`,
  ]);
  return EXIT.done;
}

async function resolvedBy(place: string | undefined, plan: Plan): Promise<Resolved> {
  if (!place) return resolvedSchema.parse({});
  if (place === 'live') return lookUp({ clients: createClients(plan.region), environment: process.env }, plan);
  const form =
    'it must be JSON: {"account": "…", "images": {"<service>": "<uri>@sha256:…"}, "secrets": {"<name>": "<arn>"}}';
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(place, 'utf8'));
  } catch (error) {
    throw new CommandError(`${place} can't be read: ${(error as Error).message}; ${form}`, EXIT.badInput, error);
  }
  const result = resolvedSchema.safeParse(found);
  if (!result.success)
    throw new CommandError(
      `${place}: ${result.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole file'}: ${message}`).join('; ')}; ${form}`,
      EXIT.badInput,
    );
  const strange = [
    ...Object.keys(result.data.images).filter((name) => !plan.services[name]),
    ...Object.keys(result.data.secrets).filter((name) => !plan.secrets.some((secret) => secret.name === name)),
  ];
  if (strange.length > 0)
    throw new CommandError(`${place} names ${strange.join(', ')}, which the plan does not; correct it`, EXIT.badInput);
  return result.data;
}

const tagOf = (plan: Plan, service: string) =>
  contentTag(contextOf({ service, context: plan.images.context }), buildArgumentsOf(plan, plan.services[service]!));
