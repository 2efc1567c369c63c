import type { Change, DeployInput, Permit, RunningStack } from '../../contract/deployments';
import type { DeploymentStep } from '../../contract/status';
import type { Duties, ServiceDefinition } from '../../plan/definition';
import {
  chooseCount,
  choosePreviousCount,
  chooseSwitches,
  listSwitches,
  readDuties,
  renewDefinition,
} from '../../plan/deployment';
import { nameFamily } from '../../plan/names';
import { perform } from '../engine/activities';
import { settleAll } from '../engine/failures';
import type { Run } from '../engine/run';
import { writeRemoval } from '../engine/resource';
import type { Images } from '../moves/images';
import { nameRevision } from '../moves/texts';
import { listServices } from './check';
import type { Target } from './target';
import { tellNothingToDeploy, tellStep, tellUnchanged } from './texts';

/** What a service would run. */
interface Wish {
  image: string;
  count: number;
  changes: Change[];
  /** ARN; where it is a revision that is there */
  taskDefinition?: string;
  /** where one has to be registered */
  definition?: ServiceDefinition;
}

/** Registers what changes; a service whose definition and count stay is none of the targets. */
export async function register(
  run: Run,
  input: DeployInput,
  stack: RunningStack,
  { images, permit }: { images: Images; permit: Permit | undefined },
): Promise<Target[]> {
  const { progress, status } = run;
  const services = listServices(input);
  const planning = services.map(async (name) => {
    const wish = input.previous
      ? await findPrevious(run, stack, name)
      : await compare(run, stack, name, images[name]!, permit);
    return registerWish(run, stack, name, wish, permit);
  });
  const targets = (await settleAll(planning)).filter((target) => target !== null);
  const changed = targets.map(({ name }) => name);
  const unchanged = services.filter((name) => !changed.includes(name));
  status.deployment = {
    ...status.deployment!,
    services: targets.map(({ step }) => step),
  };
  progress.setDetail('register', changed.length === 0 ? 'nothing changes' : changed.join('  '));
  for (const { step } of targets) progress.addEvent(tellStep(step));
  if (changed.length === 0) progress.addEvent(tellNothingToDeploy(services));
  else if (unchanged.length > 0) progress.addEvent(tellUnchanged(unchanged));
  return targets;
}

async function findPrevious({ plan, owner }: Run, stack: RunningStack, name: string): Promise<Wish> {
  const running = stack.services[name]!;
  const { taskDefinition: runs } = running;
  const switches = listSwitches(plan, name);
  const request = {
    owner,
    service: name,
    runs,
    switches,
  };
  const previous = await perform('findPreviousDefinition', `revision of ${name} before`, request);
  return {
    ...previous,
    count: choosePreviousCount(running, previous.count),
  };
}

async function compare(
  run: Run,
  stack: RunningStack,
  name: string,
  image: string,
  permit: Permit | undefined,
): Promise<Wish> {
  const running = stack.services[name]!;
  const definition = renew(run, stack, name, image, readDuties(run.plan, name, running), permit);
  const summary = `what changes of ${name}`;
  const { changes } = await perform('compareDefinition', summary, {
    runs: running.taskDefinition,
    definition,
  });
  return {
    image,
    count: chooseCount(run.plan, name, running),
    changes,
    definition,
  };
}

function renew(
  { plan }: Run,
  { platform, services }: RunningStack,
  name: string,
  image: string,
  duties: Duties,
  permit: Permit | undefined,
): ServiceDefinition {
  const { secrets } = platform;
  return renewDefinition(plan, name, services[name]!, {
    image,
    secrets,
    duties,
    ...(permit?.oldHost ? { oldHost: permit.oldHost } : {}),
  });
}

/** null: nothing of it changes */
async function registerWish(
  run: Run,
  stack: RunningStack,
  name: string,
  wish: Wish,
  permit: Permit | undefined,
): Promise<Target | null> {
  const { plan, owner } = run;
  const { image, count, changes } = wish;
  const before = stack.services[name]!;
  if (changes.length === 0 && count === before.count) return null;
  const family = nameFamily(name, plan.services[name]!);
  writeRemoval(run, `deregister task definition ${family}`, 'removeTaskDefinition', { owner, family });
  // what a week goes back to comes first: the newest revision is the one that runs
  const withoutDuties = await registerWithoutDuties(run, stack, name, wish, permit);
  const ensure = async (definition: ServiceDefinition) => {
    const { id } = await perform('ensureTaskDefinition', `task definition ${family}`, {
      owner,
      ...definition,
    });
    return id;
  };
  const isNew = changes.length > 0 && wish.definition !== undefined;
  const known = wish.taskDefinition ?? before.taskDefinition;
  const taskDefinition = isNew ? await ensure(wish.definition!) : known;
  const deployed = {
    taskDefinition,
    count,
    image,
  };
  const step = describeStep(name, before.taskDefinition, deployed, changes, before.count);
  return {
    name,
    before,
    step,
    ...deployed,
    ...(withoutDuties === undefined ? {} : { withoutDuties }),
  };
}

/** What the migration goes back to in its week: the same, but without the duties that the hosts take again. */
async function registerWithoutDuties(
  run: Run,
  stack: RunningStack,
  name: string,
  { image, taskDefinition }: Wish,
  permit: Permit | undefined,
): Promise<string | undefined> {
  const { plan } = run;
  if (permit?.moment !== 'week' || listSwitches(plan, name).length === 0) return undefined;
  const family = nameFamily(name, plan.services[name]!);
  const definition =
    taskDefinition === undefined
      ? renew(run, stack, name, image, 'off', permit)
      : {
          family,
          copyOf: taskDefinition,
          switches: chooseSwitches(plan, name, 'off', permit.oldHost),
        };
  const summary = `task definition ${family} without duties`;
  const { id } = await perform('ensureTaskDefinition', summary, {
    owner: run.owner,
    ...definition,
  });
  return id;
}

function describeStep(
  service: string,
  from: string,
  { taskDefinition, count, image }: Pick<Target, 'taskDefinition' | 'count' | 'image'>,
  changes: Change[],
  countBefore: number,
): DeploymentStep {
  const ofCount = {
    what: 'count',
    from: String(countBefore),
    to: String(count),
  };
  return {
    service,
    from: nameRevision(from),
    to: nameRevision(taskDefinition),
    image,
    count,
    changes: count === countBefore ? changes : [...changes, ofCount],
  };
}
