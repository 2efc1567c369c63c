import { isUnreadable } from '../contract/unreadable';
import { planSchema, type Plan } from '../plan/schema';
import { failFor, messageOf } from './engine/failures';
import { cutText } from './engine/text';

/**
 * The plan that a workflow was started with; a start from the Temporal UI has passed no command line, so that it is
 * checked here once more.
 * @throws InvalidPlan, whatever it is: anything else would fail the first task for ever
 */
export function parsePlan(input: unknown): Plan {
  const problem = isUnreadable(input) ? input.unreadable : findPlan(input);
  if (typeof problem !== 'string') return problem;
  throw failFor('InvalidPlan', cutText(`not a plan: ${problem}; start it by lgtm-migrate`));
}

/** The plan, or what is wrong with it. */
function findPlan(input: unknown): Plan | string {
  try {
    const result = planSchema.safeParse((input as { plan?: unknown } | null)?.plan);
    if (result.success) return result.data;
    return result.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
  } catch (error) {
    return messageOf(error);
  }
}
