import type { DeployInput, RunningStack } from '../../contract/deployments';
import { perform } from '../engine/activities';
import { typeOf } from '../engine/failures';
import type { Run } from '../engine/run';
import type { MigrationDoor } from './door';

/** What says that the stack, or a migration of it, is not as a deployment needs it; all else is a fault of its own. */
const REFUSALS: readonly (string | undefined)[] = [
  'MigrationRuns',
  'NeverMigrated',
  'NotRunning',
  'NotOurs',
  'SecretsMissing',
];

/** Before anything is changed: whether a migration lets it in, and what runs now. */
export async function check(run: Run, input: DeployInput, door: MigrationDoor): Promise<RunningStack> {
  try {
    return await findStack(run, input, door);
  } catch (error) {
    if (REFUSALS.includes(typeOf(error))) run.status.deployment!.isRefused = true;
    throw error;
  }
}

async function findStack(run: Run, input: DeployInput, door: MigrationDoor): Promise<RunningStack> {
  const { plan, owner, progress, status } = run;
  const services = listServices(input);
  await door.enter(services, input.duringWeek ?? false);
  const { permit } = door;
  if (permit)
    status.deployment = {
      ...status.deployment!,
      within: permit.moment,
    };
  progress.setWeight(permit?.moment === 'before' ? 0 : 100);
  const stack = await perform('findStack', `${plan.name} as it runs`, {
    plan,
    owner,
    services,
  });
  const running = Object.entries(stack.services).map(([name, { count }]) => `${name} ${count}`);
  progress.setDetail('check', running.join('  '));
  return stack;
}

/** Those that were named; else all of the plan. */
export function listServices({ plan, services }: DeployInput): string[] {
  return services ?? Object.keys(plan.services);
}
