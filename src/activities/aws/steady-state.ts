import { DescribeTasksCommand, paginateListTasks, type Service } from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { OutputOf } from '../../contract/activities';
import type { SteadyStateRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { createPause, heartbeat } from '../pacing';
import { collect } from '../pages';
import { findService, primaryOf } from './service';
import { circuitBreakerWentBack, notSteady, serviceGone } from './texts';

const POLL_MS = 1000;
/** How long DescribeServices may still show what was before an update. */
const CONSISTENT_MS = 10_000;
/** DescribeTasks takes a hundred; the newest say why. */
const LATEST_TASKS = 10;

type Progress = 'steady' | 'waiting' | 'failed' | 'went back' | 'gone';

/**
 * Waits until a service runs its count of the task definition.
 * @throws NotSteady with what is known of the reason, NoService where it is not there
 */
export async function awaitSteadyState(deps: Deps, request: SteadyStateRequest): Promise<OutputOf<'awaitSteadyState'>> {
  const { cluster, service, count, timeoutMs } = request;
  const began = Date.now();
  const pause = createPause(POLL_MS);
  for (;;) {
    const found = await findService(deps, cluster, service);
    heartbeat({
      service,
      ...detailsOf(found),
      of: count,
    });
    const elapsedMs = Date.now() - began;
    const progress = judgeProgress(request, found, elapsedMs);
    if (progress === 'steady') {
      const seconds = Math.round(elapsedMs / 1000);
      return { running: count, seconds };
    }
    if (progress === 'gone') {
      throw ApplicationFailure.nonRetryable(serviceGone(service, cluster, found?.status), 'NoService');
    }
    if (progress !== 'waiting' || elapsedMs > timeoutMs) {
      const reasons = await findReasons(deps, request, found, progress);
      throw ApplicationFailure.nonRetryable(notSteady(service, reasons), 'NotSteady');
    }
    await pause();
  }
}

function detailsOf(found: Service | undefined) {
  const primary = found && primaryOf(found);
  return { running: found?.runningCount ?? 0, rollout: primary?.rolloutState };
}

/** One that is not there, or is being deleted, comes to nothing any more. */
function judgeProgress(request: SteadyStateRequest, found: Service | undefined, elapsedMs: number): Progress {
  if (found?.status === 'ACTIVE') return judgeRollout(request, found, elapsedMs);
  return elapsedMs > CONSISTENT_MS ? 'gone' : 'waiting';
}

/**
 * A circuit breaker that went back to another task
 * definition becomes steady too: that is a failure.
 */
function judgeRollout({ count, taskDefinition }: SteadyStateRequest, found: Service, elapsedMs: number): Progress {
  const primary = primaryOf(found);
  if (!primary) return 'waiting';
  if (primary.rolloutState === 'FAILED') return 'failed';
  if (primary.rolloutState !== 'COMPLETED') return 'waiting';
  const runsOther = taskDefinition !== undefined && primary.taskDefinition !== taskDefinition;
  if (runsOther) return elapsedMs > CONSISTENT_MS ? 'went back' : 'waiting';
  return hasCount(found, count) ? 'steady' : 'waiting';
}

function hasCount({ runningCount = 0, desiredCount, deployments }: Service, count: number): boolean {
  return runningCount === count && desiredCount === count && deployments?.length === 1;
}

/** What is known of why a service is not steady, the likeliest reason first. */
async function findReasons(
  deps: Deps,
  { cluster, service }: SteadyStateRequest,
  found: Service | undefined,
  progress: Progress,
): Promise<(string | undefined)[]> {
  if (!found) return [`there is no service ${service} in ${cluster}`];
  const { runningCount = 0, desiredCount = 0 } = found;
  const lastEnd = await findLastEnd(deps, cluster, service);
  return [
    progress === 'went back' ? circuitBreakerWentBack(primaryOf(found)?.taskDefinition) : undefined,
    `${runningCount} of ${desiredCount} tasks run`,
    findRolloutFailure(found),
    lastEnd ? `a task ended: ${lastEnd}` : findLastEvent(found),
  ];
}

function findRolloutFailure(found: Service): string | undefined {
  const primary = primaryOf(found);
  return primary?.rolloutState === 'FAILED' ? primary.rolloutStateReason : undefined;
}

function findLastEvent({ events = [] }: Service): string | undefined {
  const [latest] = events;
  return latest?.message && `ECS says: ${latest.message}`;
}

/** Why the newest stopped task ended; undefined when none did. */
async function findLastEnd(deps: Deps, cluster: string, service: string): Promise<string | undefined> {
  const { ecs } = deps.clients;
  const taskArns = await collect(
    paginateListTasks(
      { client: ecs },
      {
        cluster,
        serviceName: service,
        desiredStatus: 'STOPPED',
      },
    ),
    (page) => page.taskArns,
  );
  if (taskArns.length === 0) return undefined;
  const latest = taskArns.slice(-LATEST_TASKS);
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: latest }));
  const reasons = tasks.map(({ stoppedReason }) => stoppedReason);
  return reasons.find((reason) => reason && !reason.startsWith('Scaling activity'));
}
