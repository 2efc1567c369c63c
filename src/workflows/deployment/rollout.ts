import type { RunningStack } from '../../contract/deployments';
import { toMilliseconds } from '../../plan/duration';
import { perform } from '../engine/activities';
import { settleAll } from '../engine/failures';
import type { Release } from '../engine/release';
import type { Run } from '../engine/run';
import { proveRings } from '../moves/rings';
import { expectTasks, showRunningTasks, waitUntilVerified } from '../moves/services';
import { nameRevision } from '../moves/texts';
import type { Target } from './target';

/** Tells ECS what each service is to run; what it ran before is in the ledger. */
export async function update(run: Run, { platform }: RunningStack, targets: Target[]): Promise<void> {
  const { owner, effects } = run;
  const { cluster } = platform;
  for (const target of targets) writeRestore(run, cluster, target);
  const updating = targets.map(({ name, count, taskDefinition }) => {
    const goal = {
      cluster,
      service: name,
      count,
      taskDefinition,
    };
    const summary = `${name} to ${count} of ${nameRevision(taskDefinition)}`;
    return effects.track(
      perform('updateService', summary, {
        owner,
        ...goal,
      }),
    );
  });
  await Promise.all(updating);
}

function writeRestore(run: Run, cluster: string, { name, before }: Target): void {
  const { count, taskDefinition } = before;
  const timeoutMs = toMilliseconds(run.plan.deploy.steadyTimeout);
  const input = {
    cluster,
    service: name,
    count,
    taskDefinition,
    timeoutMs,
  };
  const id = `${name} back to ${count} of ${nameRevision(taskDefinition)}`;
  run.writeUndo({
    id,
    stage: 'scale',
    verb: 'restoreService',
    input,
  });
}

/** Waits until each runs what it was told; the first that can't ends it. */
export async function steady(run: Run, { platform }: RunningStack, targets: Target[]): Promise<void> {
  const timeoutMs = toMilliseconds(run.plan.deploy.steadyTimeout);
  const { cluster } = platform;
  expectTasks(run, countTasks(targets));
  const waiting = targets.map(async ({ name, count, taskDefinition }) => {
    const goal = {
      cluster,
      service: name,
      count,
      taskDefinition,
    };
    const { running } = await perform('awaitSteadyState', `${name} steady at ${count}`, {
      ...goal,
      timeoutMs,
    });
    showRunningTasks(run, name, running);
  });
  await settleAll(waiting);
}

/** Looks whether what runs is reached, is in its ring, and writes logs, as the migration's deploy does. */
export async function verify(run: Run, stack: RunningStack, targets: Target[]): Promise<void> {
  const { platform, subnets } = stack;
  const verifying = targets.map(({ name, count }) => waitUntilVerified(run, platform, name, count));
  await settleAll(verifying);
  const counts = countTasks(targets);
  const { images } = releaseOf(stack, targets);
  await proveRings(run, subnets, platform, {
    images,
    counts,
  });
}

function countTasks(targets: Target[]): Record<string, number> {
  return Object.fromEntries(targets.map(({ name, count }) => [name, count]));
}

/** The services as they run now: those that stayed, and those that changed. */
export function releaseOf({ platform, services }: RunningStack, targets: Target[]): Release {
  const now = new Map(
    Object.entries(services).map(([name, { count, image, taskDefinition }]) => [
      name,
      {
        count,
        image,
        taskDefinition,
      },
    ]),
  );
  for (const { name, count, image, taskDefinition } of targets)
    now.set(name, {
      count,
      image,
      taskDefinition,
    });
  const pick = <T>(
    choose: (service: { count: number; image: string; taskDefinition: string }) => T,
  ): Record<string, T> => Object.fromEntries([...now].map(([name, service]) => [name, choose(service)]));
  return {
    ...platform,
    counts: pick(({ count }) => count),
    images: pick(({ image }) => image),
    definitions: pick(({ taskDefinition }) => taskDefinition),
  };
}
