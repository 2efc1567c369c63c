import type { Task } from '@aws-sdk/client-ecs';
import type { ScaleRequest, TaskExit } from '../../contract/services';
import { orNothing } from '../absence';
import type { Deps } from '../clients';
import { pollUntil } from '../pacing';
import { hasEnded, listTasks } from './task';

const POLL_MS = 1000;

/** ARNs of the tasks that have not ended. */
export async function listEnding(deps: Deps, { cluster, service }: ScaleRequest): Promise<string[]> {
  const tasks = await listAllTasks(deps, cluster, service);
  return tasks.filter((task) => !hasEnded(task)).map(({ taskArn }) => taskArn!);
}

/** Those of a service that was deleted meanwhile have ended. */
async function listAllTasks(deps: Deps, cluster: string, service: string): Promise<Task[]> {
  const listBoth = async () => [
    ...(await listTasks(deps, cluster, service, 'RUNNING')),
    ...(await listTasks(deps, cluster, service, 'STOPPED')),
  ];
  const tasks = await orNothing(listBoth(), 'ServiceNotFound', 'ServiceNotActive', 'ClusterNotFound');
  return tasks ?? [];
}

/** @returns how the service's own containers of these tasks have ended */
export async function waitUntilStopped(
  deps: Deps,
  { cluster, service }: ScaleRequest,
  awaited: string[],
): Promise<TaskExit[]> {
  const look = async () => {
    const tasks = await listAllTasks(deps, cluster, service);
    return tasks.every(hasEnded) ? tasks : undefined;
  };
  const tasks = await pollUntil(look, POLL_MS, () => ({
    service,
    stopping: awaited.length,
  }));
  const ended = tasks.filter(({ taskArn }) => awaited.includes(taskArn!));
  return ended.map((task) => readExit(service, task));
}

function readExit(service: string, { taskArn, containers = [], stoppedReason }: Task): TaskExit {
  const own = containers.find(({ name }) => name === service);
  return {
    task: taskArn!.split('/').at(-1)!,
    code: own?.exitCode ?? null,
    ...(stoppedReason && { reason: stoppedReason }),
  };
}
