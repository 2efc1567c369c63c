import type { Service, Task } from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { OutputOf } from '../../contract/activities';
import type { ScaleRequest, TaskExit } from '../../contract/services';
import { orNothing } from '../absence';
import type { Deps } from '../clients';
import { isOurs } from '../owner';
import { pollUntil } from '../pacing';
import { findService, sendUpdate } from './service';
import { hasEnded, listTasks } from './task';
import { tasksRemain } from './texts';

const POLL_MS = 1000;

/**
 * Sets the count of a service of this migration and waits until the tasks that are too many have ended: at 0 until each is
 * STOPPED, and how. Where somebody sets another count meanwhile it is set again. Where its cluster is gone nothing of it
 * runs.
 * @throws ApplicationFailure of type TasksRemain, final, where they have not ended in the time of the request
 */
export async function scaleService(deps: Deps, request: ScaleRequest): Promise<OutputOf<'scaleService'>> {
  const { owner, cluster, service, count } = request;
  const found = await orNothing(findService(deps, cluster, service), 'ClusterNotFound');
  const before = found?.desiredCount ?? 0;
  if (!found || !isOurs(found.tags, owner)) return { before };
  const tasks = count === 0 ? await listAllTasks(deps, request) : [];
  if (hasToChange(found, request)) await sendUpdate(deps, request);
  const ended = await waitUntilEnded(deps, request, (found.runningCount ?? 0) > count);
  if (count > 0) return { before };
  const ending = listLeft(tasks).map(({ taskArn }) => taskArn);
  const awaited = ended.filter(({ taskArn }) => ending.includes(taskArn));
  return {
    before,
    exits: awaited.map((task) => readExit(service, task)),
  };
}

function hasToChange({ status, ...found }: Service, { count, taskDefinition }: ScaleRequest): boolean {
  const runsOther = taskDefinition !== undefined && found.taskDefinition !== taskDefinition;
  return status === 'ACTIVE' && (runsOther || (found.desiredCount ?? 0) !== count);
}

/** @param isBusy more tasks run than are wanted @returns at 0 the tasks, which have all ended */
async function waitUntilEnded(deps: Deps, request: ScaleRequest, isBusy: boolean): Promise<Task[]> {
  const { cluster, service, count, timeoutMs } = request;
  if (!isBusy && count > 0) return [];
  const began = Date.now();
  let left = 0;
  // a look may still show what was before the update
  let wasTaken = false;
  const look = async () => {
    const found = await orNothing(findService(deps, cluster, service), 'ClusterNotFound');
    wasTaken ||= found?.desiredCount === count;
    if (wasTaken && isSetToOther(found, count)) {
      await sendUpdate(deps, {
        cluster,
        service,
        count,
      });
    }
    const tasks = count === 0 ? await listAllTasks(deps, request) : [];
    const running = (found?.runningCount ?? 0) - count;
    left = Math.max(running, listLeft(tasks).length);
    if (left <= 0) return tasks;
    if (Date.now() - began <= timeoutMs) return undefined;
    throw ApplicationFailure.nonRetryable(tasksRemain(service, left, timeoutMs), 'TasksRemain');
  };
  return pollUntil(look, POLL_MS, () => ({
    service,
    left,
  }));
}

const listLeft = (tasks: Task[]): Task[] => tasks.filter((task) => !hasEnded(task));

const isSetToOther = (found: Service | undefined, count: number): boolean =>
  found?.status === 'ACTIVE' && found.desiredCount !== count;

/** Those of a service that was deleted meanwhile have ended. */
async function listAllTasks(deps: Deps, { cluster, service }: ScaleRequest): Promise<Task[]> {
  const listBoth = async () => [
    ...(await listTasks(deps, cluster, service, 'RUNNING')),
    ...(await listTasks(deps, cluster, service, 'STOPPED')),
  ];
  const tasks = await orNothing(listBoth(), 'ServiceNotFound', 'ServiceNotActive', 'ClusterNotFound');
  return tasks ?? [];
}

/** How the service's own container of a task has ended. */
function readExit(service: string, { taskArn, containers = [], stoppedReason }: Task): TaskExit {
  const own = containers.find(({ name }) => name === service);
  return {
    task: taskArn!.split('/').at(-1)!,
    code: own?.exitCode ?? null,
    ...(stoppedReason && { reason: stoppedReason }),
  };
}
