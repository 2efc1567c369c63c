import { DescribeTasksCommand, paginateListTasks, type DesiredStatus, type Task } from '@aws-sdk/client-ecs';
import type { Deps } from '../clients';

/** Tasks that DescribeTasks takes at once, which is a page of ListTasks too. */
const DESCRIBED = 100;

/**
 * A service's tasks, of those that it should run or of those that it should not: ECS lists the latter while they end, and
 * for an hour after it. Source: AWS, API reference of ListTasks.
 */
export async function listTasks(
  { clients }: Deps,
  cluster: string,
  serviceName: string,
  desiredStatus: DesiredStatus,
): Promise<Task[]> {
  const { ecs } = clients;
  const tasks: Task[] = [];
  const asked = {
    cluster,
    serviceName,
    desiredStatus,
    maxResults: DESCRIBED,
  };
  for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, asked)) {
    if (taskArns.length === 0) continue;
    const described = await ecs.send(
      new DescribeTasksCommand({
        cluster,
        tasks: taskArns,
      }),
    );
    tasks.push(...(described.tasks ?? []));
  }
  return tasks;
}

/**
 * A task that is to end runs on while load balancers drain it and until its stop timeout is over, and no longer counts as
 * running. Source: AWS, "Amazon ECS task lifecycle": DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED.
 */
export const hasEnded = ({ lastStatus }: Task): boolean => lastStatus === 'STOPPED';
