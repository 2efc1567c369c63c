import { createActivities } from '../activities';
import { createClients, type Deps } from '../activities/clients';
import type { Activities } from '../contract/activities';
import type { Finding } from '../contract/findings';
import { workflowIdOf } from '../contract/messages';
import type { Plan } from '../plan/schema';

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

/** What preflight finds in the plan's account, which it does not change. */
export async function askAccount(plan: Plan): Promise<Finding[]> {
  const { runPreflight } = activitiesIn(plan.region);
  const owner = {
    migration: workflowIdOf('migration', plan.name),
    run: 'preflight',
  };
  const { findings } = await runPreflight({ plan, owner });
  return findings;
}
