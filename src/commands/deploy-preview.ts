import { isDeepStrictEqual } from 'node:util';
import { resolvePlan } from '../activities/aws/resolved';
import type { Activities, InputOf } from '../contract/activities';
import type { Change, RunningStack } from '../contract/deployments';
import { workflowIdOf } from '../contract/messages';
import {
  chooseCount,
  choosePreviousCount,
  isScaledByHand,
  listSwitches,
  readDuties,
  renewDefinition,
  type RunningService,
} from '../plan/deployment';
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
  /** what it leaves as it is although the plan says otherwise, in words */
  kept: string[];
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
    const { changes, count } = previous
      ? await findPrevious(activities, running, {
          owner,
          service,
          runs,
          switches,
        })
      : await compare(activities, plan, stack, service, images[service]!);
    return {
      service,
      runs: runs.split('/').at(-1)!,
      changes: [...changes, ...compareCount(running, count)],
      kept: [...tellKeptCount(running, count), ...listUndeployed(plan, service, running)],
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

/** What would run: how it differs, and how many of it. */
interface Comparison {
  changes: Change[];
  count: number;
}

async function findPrevious(
  { findPreviousDefinition }: Activities,
  running: RunningService,
  request: InputOf<'findPreviousDefinition'>,
): Promise<Comparison> {
  const { changes, count } = await findPreviousDefinition(request);
  return {
    changes,
    count: choosePreviousCount(running, count),
  };
}

async function compare(
  { compareDefinition }: Activities,
  plan: Plan,
  { platform, services }: RunningStack,
  service: string,
  image: string,
): Promise<Comparison> {
  const running = services[service]!;
  const { secrets } = platform;
  const duties = readDuties(plan, service, running);
  const definition = renewDefinition(plan, service, running, {
    image,
    secrets,
    duties,
  });
  const { changes } = await compareDefinition({
    runs: running.taskDefinition,
    definition,
  });
  return {
    changes,
    count: chooseCount(plan, service, running),
  };
}

function compareCount(running: RunningService, count: number): Change[] {
  if (count === running.count) return [];
  return [
    {
      what: 'count',
      from: String(running.count),
      to: String(count),
    },
  ];
}

function tellKeptCount(running: RunningService, count: number): string[] {
  if (count !== running.count || !isScaledByHand(running)) return [];
  const registered = running.environment['TASK_COUNT'] ?? 'none';
  return [`count ${count} stays: somebody has scaled it, its revision says ${registered}`];
}

/** What the plan says of the ECS service itself and not of its definition. */
function listUndeployed({ services }: Plan, name: string, running: RunningService): string[] {
  const planned = services[name]!;
  const keys = ['capacity', 'deployment'] as const;
  const differing = keys.filter((key) => !isDeepStrictEqual(planned[key], running[key]));
  return differing.map(
    (key) =>
      `not changed by deploy: ${key} ${JSON.stringify(running[key])}, the plan has ${JSON.stringify(planned[key])}`,
  );
}
