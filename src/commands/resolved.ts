import { readFileSync } from 'node:fs';
import { resolvePlan } from '../activities/aws/resolved';
import { resolvedSchema, type Resolved } from '../plan/resolved';
import type { Plan } from '../plan/schema';
import { depsIn } from './account';
import { InputError } from './output';
import * as texts from './texts';

const ASK_THE_ACCOUNT = 'live';

/**
 * What only the account knows of a plan: asked of it, read from a file, or nothing.
 * @param place the word of `--resolved`: `live`, or a JSON file
 * @throws InputError when the file is not as it must be
 */
export async function readResolved(place: string | undefined, plan: Plan): Promise<Resolved> {
  if (!place) return resolvedSchema.parse({});
  if (place === ASK_THE_ACCOUNT) return resolvePlan(depsIn(plan.region), plan);
  const resolved = parseResolved(place, readJson(place));
  const strangers = namesNotIn(plan, resolved);
  if (strangers.length > 0) throw new InputError(texts.namesStrangers(place, strangers));
  return resolved;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(texts.unreadableResolved(file, message), { cause: error });
  }
}

function parseResolved(file: string, json: unknown): Resolved {
  const result = resolvedSchema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const place = path.join('.') || 'the whole file';
    return `${place}: ${message}`;
  });
  throw new InputError(texts.malformedResolved(file, problems));
}

function namesNotIn({ services, secrets }: Plan, resolved: Resolved): string[] {
  const images = Object.keys(resolved.images);
  const secretNames = secrets.map(({ name }) => name);
  const strangers = images.filter((name) => !(name in services));
  for (const name of Object.keys(resolved.secrets)) {
    const isKnown = secretNames.includes(name);
    if (!isKnown) strangers.push(name);
  }
  return strangers;
}

/**
 * The plan's account, or the one that was looked up.
 * @throws InputError when nobody knows it, or when the two differ
 */
export function chooseAccount(planFile: string, plan: Plan, resolved: Resolved, place = ''): string {
  const account = plan.account ?? resolved.account;
  if (!account) throw new InputError(texts.accountIsUnknown(planFile));
  const other = resolved.account ?? account;
  if (other !== account) throw new InputError(texts.otherAccount(planFile, account, place, other));
  return account;
}
