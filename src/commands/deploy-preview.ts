import { resolvePlan } from '../activities/aws/resolved';
import type { Activities } from '../contract/activities';
import type { Change, RunningStack } from '../contract/deployments';
import { workflowIdOf } from '../contract/messages';
import { chooseCount, listSwitches, readDuties, renewDefinition } from '../plan/deployment';
import type { Plan } from '../plan/schema';
import { activitiesIn, depsIn } from './account';
import { nameByTag } from './definition-files';
import type { DeployOptions } from './deploy-options';

/** What a deployment would change of one service. */
export interface ServicePreview {
  service: string;
  /** the revision that runs */
  runs: string;
  /** empty: nothing */
  changes: Change[];
}

/** What a deployment would change; asks the account and changes nothing. */
export async function previewDeployment(plan: Plan, options: DeployOptions): Promise<ServicePreview[]> {
  const { service: services = Object.keys(plan.services), previous } = options;
  const activities = activitiesIn(plan.region);
  const owner = {
    migration: workflowIdOf('migration', plan.name),
    run: 'dry-run',
  };
  const stack = await activities.findStack({
    plan,
    owner,
    services,
  });
  const images = previous ? {} : await findImages(plan, services);
  const previews = services.map(async (service) => {
    const running = stack.services[service]!;
    const { taskDefinition: runs } = running;
    const switches = listSwitches(plan, service);
    const { changes } = previous
      ? await activities.findPreviousDefinition({
          owner,
          service,
          runs,
          switches,
        })
      : await compare(activities, plan, stack, service, images[service]!);
    return {
      service,
      runs: runs.split('/').at(-1)!,
      changes: [...changes, ...compareCount(plan, stack, service)],
    };
  });
  return Promise.all(previews);
}

/** By digest; what ECR does not hold yet stands by the tag that it will have. */
async function findImages(plan: Plan, services: string[]): Promise<Record<string, string>> {
  const { images, account = '' } = await resolvePlan(depsIn(plan.region), plan);
  const found = services.map(async (name) => {
    const image = images[name] ?? (await nameByTag(plan, account, name));
    return [name, image] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

function compare(
  { compareDefinition }: Activities,
  plan: Plan,
  { platform, services }: RunningStack,
  service: string,
  image: string,
) {
  const running = services[service]!;
  const { secrets } = platform;
  const duties = readDuties(plan, service, running);
  const definition = renewDefinition(plan, service, running, {
    image,
    secrets,
    duties,
  });
  return compareDefinition({
    runs: running.taskDefinition,
    definition,
  });
}

function compareCount(plan: Plan, { services }: RunningStack, service: string): Change[] {
  const running = services[service]!;
  const count = chooseCount(plan, service, running);
  if (count === running.count) return [];
  return [{ what: 'count', from: String(running.count), to: String(count) }];
}
