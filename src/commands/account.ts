import { createActivities } from '../activities';
import { createClients, type Deps } from '../activities/clients';
import { lookAtAccount } from '../activities/preflight/account';
import type { Activities } from '../contract/activities';
import type { Finding } from '../contract/findings';
import { workflowIdOf } from '../contract/messages';
import type { Owner } from '../contract/resources';
import type { Plan } from '../plan/schema';
import { CommandError } from './output';

/** What this host's credentials reach of AWS in a region. */
export function depsIn(region: string): Deps {
  return {
    clients: createClients(region),
    environment: process.env,
  };
}

/** The worker's activities, carried out by this process: for commands that only read, or that build. */
export function activitiesIn(region: string): Activities {
  return createActivities(depsIn(region));
}

/** Whose marks somebody looks for who is no run. @param run what it is instead */
export function lookingOwner({ name }: Plan, run: string): Owner {
  return {
    migration: workflowIdOf('migration', name),
    run,
  };
}

/** Another account has nothing of the stack, which looks as if nothing stood. @throws CommandError */
export async function requireAccount(plan: Plan): Promise<void> {
  const { findings } = await lookAtAccount(depsIn(plan.region), plan);
  const failed = findings.filter(({ level }) => level === 'fail');
  if (failed.length === 0) return;
  throw new CommandError(failed.map(({ message, fix }) => `${message}: ${fix}`).join('; '));
}

/** What preflight finds in the plan's account, which it does not change. */
export async function askAccount(plan: Plan): Promise<Finding[]> {
  const { runPreflight } = activitiesIn(plan.region);
  const owner = lookingOwner(plan, 'preflight');
  const { findings } = await runPreflight({
    plan,
    owner,
  });
  return findings;
}
