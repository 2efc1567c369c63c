import { z } from 'zod';
import type { DeployInput } from '../contract/deployments';
import { isUnreadable } from '../contract/unreadable';
import { planSchema, type Plan } from '../plan/schema';
import { failFor } from './engine/failures';
import { readAs } from './engine/reading';
import { readWord } from './engine/word';

/** What a deployment may be asked for beside the plan; who and why are read as those of any word. */
const askedSchema = z.strictObject({
  plan: z.unknown(),
  services: z.array(z.string()).min(1).exactOptional(),
  images: z.record(z.string(), z.string()).exactOptional(),
  previous: z.boolean().exactOptional(),
  duringWeek: z.boolean().exactOptional(),
  by: z.unknown().optional(),
  reason: z.unknown().optional(),
});

/**
 * The plan that a workflow was started with; a start from the Temporal UI has passed no command line, so that it is
 * checked here once more.
 * @throws InvalidPlan, whatever it is: anything else would fail the first task for ever
 */
export function parsePlan(input: unknown): Plan {
  const sent = isUnreadable(input) ? input : (input as { plan?: unknown } | null | undefined)?.plan;
  const reading = readAs(planSchema, sent);
  if ('data' in reading) return reading.data;
  throw failFor('InvalidPlan', `not a plan: ${reading.problem}; start it by lgtm-migrate`);
}

/** The same of a deployment. @throws InvalidPlan or InvalidDeployment */
export function parseDeployment(input: unknown): DeployInput & { by: string; reason: string } {
  const plan = parsePlan(input);
  const reading = readAs(askedSchema, input);
  if ('problem' in reading) throw refuse(reading.problem);
  const { by, reason, services, ...asked } = reading.data;
  const word = readWord({ by, reason });
  const deployment = {
    ...asked,
    ...(services && { services: [...new Set(services)] }),
    plan,
    by: word.by,
    reason: word.reason,
  };
  const problem = findProblem(deployment);
  if (problem !== null) throw refuse(problem);
  return deployment;
}

/** What no deployment can be, by a name that the plan does not have or by two wishes at once. */
function findProblem({ plan, services, images, previous }: DeployInput): string | null {
  const known = Object.keys(plan.services);
  const named = services ?? known;
  const strangers = named.filter((name) => !known.includes(name));
  if (strangers.length > 0) return `the plan has no service ${strangers.join(', ')}; take of ${known.join(', ')}`;
  if (previous && (!services || images)) return 'previous goes with services, and without images';
  const without = images ? named.filter((name) => !(name in images)) : [];
  return without.length > 0 ? `images has none of ${without.join(', ')}` : null;
}

const refuse = (problem: string) =>
  failFor('InvalidDeployment', `not a deployment: ${problem}; start it by lgtm-migrate deploy`);
