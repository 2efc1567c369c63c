import { ApplicationFailure } from '@temporalio/activity';
import { z, type ZodType } from 'zod';
import { LONGEST_SENTENCE, MOST_SENTENCES } from '../contract/recovery';
import type { DeploymentRequested, RecoveryRequested } from '../contract/starts';
import { STAGES, UNDO_VERBS } from '../contract/undos';
import { isUnreadable } from '../contract/unreadable';
import { planSchema, type Plan } from '../plan/schema';
import type { Deps } from './clients';

/** Of what is wrong, in characters: a plan that is none may be wrong in a thousand places. */
const LONGEST_PROBLEM = 2000;

/** What a deployment may be asked for beside the plan; who and why are words. */
const askedSchema = z.strictObject({
  plan: z.unknown(),
  services: z.array(z.string()).min(1).exactOptional(),
  images: z.record(z.string(), z.string()).exactOptional(),
  previous: z.boolean().exactOptional(),
  duringWeek: z.boolean().exactOptional(),
  by: z.unknown().optional(),
  reason: z.unknown().optional(),
});

const line = z.string().min(1).max(LONGEST_SENTENCE);
const figure = z.int().nonnegative();

/** What each verb needs is held against nothing: an undo that can't be carried out is one that failed. */
const undoSchema = z.object({
  // it names all records at once; a plan, which names them too, is no longer
  id: z.string().min(1).max(262_144),
  stage: z.enum(Object.keys(STAGES)),
  verb: z.enum(UNDO_VERBS),
  input: z.record(z.string(), z.unknown()),
});

const countsSchema = z.object({
  dashboards: figure,
  users: figure,
  dataSources: figure,
  alertRules: figure,
});

const grafanaSchema = z.object({
  from: line,
  to: line,
  at: line,
  sha256: line,
  copySha256: line,
  before: countsSchema,
  after: countsSchema.nullable(),
  edits: z.unknown().transform(() => null),
  fingerprint: line.exactOptional(),
});

const requestsSchema = z.object({
  loadBalancer: line,
  groups: z
    .array(
      z.object({
        service: line,
        targetGroup: line,
      }),
    )
    .max(100),
  ingest: line.exactOptional(),
});

/** What a recovery is asked for beside the plan. */
const recoverySchema = z.object({
  undos: z.array(undoSchema).min(1).max(1000),
  weight: z.int().min(0).max(100),
  reason: line,
  derived: z.array(line).max(MOST_SENTENCES),
  requests: requestsSchema.exactOptional(),
  counts: z.record(line, z.int().min(0)).exactOptional(),
  grafana: grafanaSchema.exactOptional(),
});

interface Sent {
  sent: unknown;
}

/**
 * The plan that a workflow was started with; a start from the Temporal UI has passed no command line, so that it is
 * checked here once more.
 * @throws InvalidPlan, whatever was sent
 */
export async function parsePlan(_: Deps, { sent }: Sent): Promise<Plan> {
  const from = isUnreadable(sent) ? sent : (sent as { plan?: unknown } | null | undefined)?.plan;
  return readAs(planSchema, from, refusePlan);
}

/** The same of a deployment. @throws InvalidPlan or InvalidDeployment */
export async function parseDeployment(deps: Deps, { sent }: Sent): Promise<DeploymentRequested> {
  const plan = await parsePlan(deps, { sent });
  const { services, images, previous, duringWeek } = readAs(askedSchema, sent, refuseDeployment);
  const deployment = {
    plan,
    ...(services && { services: [...new Set(services)] }),
    ...(images && { images }),
    ...(previous !== undefined && { previous }),
    ...(duringWeek !== undefined && { duringWeek }),
  };
  const problem = findProblem(deployment);
  if (problem !== null) throw refuseDeployment(problem);
  return deployment;
}

/** The same of a recovery. @throws InvalidPlan or InvalidRecovery */
export async function parseRecovery(deps: Deps, { sent }: Sent): Promise<RecoveryRequested> {
  const plan = await parsePlan(deps, { sent });
  return {
    plan,
    ...readAs(recoverySchema, sent, refuseRecovery),
  };
}

/** What no deployment can be, by a name that the plan does not have or by two wishes at once. */
function findProblem({ plan, services, images, previous }: DeploymentRequested): string | null {
  const known = Object.keys(plan.services);
  const named = services ?? known;
  const strangers = named.filter((name) => !known.includes(name));
  if (strangers.length > 0) return `the plan has no service ${strangers.join(', ')}; take of ${known.join(', ')}`;
  if (previous && (!services || images)) return 'previous goes with services, and without images';
  const without = images ? named.filter((name) => !(name in images)) : [];
  return without.length > 0 ? `images has none of ${without.join(', ')}` : null;
}

function readAs<T>(schema: ZodType<T>, from: unknown, refuse: (problem: string) => Error): T {
  if (isUnreadable(from)) throw refuse(from.unreadable);
  const { data, error } = schema.safeParse(from);
  if (!error) return data;
  throw refuse(error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
}

const refusePlan = (problem: string) => refuse('InvalidPlan', `not a plan: ${cut(problem)}; start it by lgtm-migrate`);

const refuseDeployment = (problem: string) =>
  refuse('InvalidDeployment', `not a deployment: ${cut(problem)}; start it by lgtm-migrate deploy`);

const refuseRecovery = (problem: string) =>
  refuse('InvalidRecovery', `not a recovery: ${cut(problem)}; start it by lgtm-migrate recover`);

function cut(problem: string): string {
  return problem.length > LONGEST_PROBLEM ? `${problem.slice(0, LONGEST_PROBLEM)}…` : problem;
}

/** Another try would read the same. */
const refuse = (type: string, message: string) => ApplicationFailure.nonRetryable(message, type);
