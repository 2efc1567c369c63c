import { buildTaskDefinition } from '../activities/aws/task-definition-shape';
import { join } from 'node:path';

import { contextOf } from '../activities/images/builder';
import { contentTag } from '../activities/images/content';
import { makeDefinition, writesToOldHost, type Duties } from '../plan/definition';
import { listBuildArguments, nameFamily, nameRepository } from '../plan/names';
import { guessFacts, nameRepositoryUri, type Resolved } from '../plan/resolved';
import type { Plan } from '../plan/schema';
import { InputError } from './output';
import { oldHostIsUnknown } from './texts';

/** A task definition, and where its file goes. */
export interface DefinitionFile {
  service: string;
  path: string;
  definition: ReturnType<typeof buildTaskDefinition>;
}

interface Rendering {
  plan: Plan;
  /** stands in errors */
  planFile: string;
  account: string;
  known: Resolved;
  duties: Duties;
  folder: string;
}

/**
 * The task definitions of a plan's services.
 * @throws InputError where dual write leads to nobody knows where
 */
export function makeDefinitionFiles(rendering: Rendering): Promise<DefinitionFile[]> {
  const services = Object.keys(rendering.plan.services);
  const files = services.map((service) => makeDefinitionFile(rendering, service));
  return Promise.all(files);
}

async function makeDefinitionFile(rendering: Rendering, service: string): Promise<DefinitionFile> {
  const { plan, planFile, account, known, duties, folder } = rendering;
  const image = known.images[service] ?? (await nameByTag(plan, account, service));
  const facts = guessFacts(account, plan, image, known);
  const needsOldHost = writesToOldHost(plan, service, duties);
  if (needsOldHost && !facts.oldHost) throw new InputError(oldHostIsUnknown(planFile));
  const definition = makeDefinition(plan, service, duties, facts);
  return {
    service,
    path: join(folder, fileNameOf(plan, service)),
    definition: buildTaskDefinition(definition),
  };
}

function fileNameOf({ services }: Plan, service: string): string {
  const family = nameFamily(service, services[service]!);
  const name = family.replace(/^lgtm-/, '');
  return `${name}.json`;
}

/** An image that nobody looked up: by the plan's tag, or by that of its folder's content. */
export async function nameByTag(plan: Plan, account: string, service: string): Promise<string> {
  const entry = plan.services[service]!;
  const repository = nameRepository(service, entry);
  const uri = nameRepositoryUri(account, plan.region, repository);
  const tag = entry.tag ?? (await tagByContent(plan, service));
  return `${uri}:${tag}`;
}

function tagByContent(plan: Plan, service: string): Promise<string> {
  const { context } = plan.images;
  const folder = contextOf({
    service,
    context,
  });
  const buildArguments = listBuildArguments(plan, plan.services[service]!);
  return contentTag(folder, buildArguments);
}

/** What nobody looked up, so that it stands by its name. */
export function namesLeftOpen(plan: Plan, known: Resolved): string[] {
  const services = Object.keys(plan.services);
  const secrets = plan.secrets.map(({ name }) => name);
  const openImages = services.filter((name) => !(name in known.images));
  const openSecrets = secrets.filter((name) => !(name in known.secrets));
  const words = openImages.map((name) => `image of ${name}`);
  for (const name of openSecrets) words.push(`secret ${name}`);
  return words;
}
