import type { Service, Task } from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { OutputOf } from '../../contract/activities';
import type { SteadyStateRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { createPause, heartbeat } from '../pacing';
import { findService, primaryOf } from './service';
import { hasEnded, listTasks } from './task';
import { circuitBreakerWentBack, notSteady, serviceGone, stillLeaving } from './texts';

const POLL_MS = 1000;
/** How long DescribeServices may still show what was before an update. */
const CONSISTENT_MS = 10_000;

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
    const progress = await judgeProgress(deps, request, found, elapsedMs);
    if (progress === 'steady') {
      const seconds = Math.round(elapsedMs / 1000);
      return {
        running: count,
        seconds,
      };
    }
    if (progress === 'gone') {
      throw ApplicationFailure.nonRetryable(serviceGone(service, cluster, found?.status), 'NoService');
    }
    if (progress !== 'waiting' || elapsedMs > timeoutMs) {
      const reasons = await findReasons(deps, request, found, progress);
      const isShort = found !== undefined && findShortage(found) !== undefined;
      throw ApplicationFailure.nonRetryable(notSteady(service, reasons, isShort), 'NotSteady');
    }
    await pause();
  }
}

/** Tasks of another definition that still end, where the service has to be alone: they go on with what they do. */
async function countLeaving(
  deps: Deps,
  { cluster, service, taskDefinition, alone = false }: SteadyStateRequest,
): Promise<number> {
  if (!alone) return 0;
  const ending = await listTasks(deps, cluster, service, 'STOPPED');
  const others = ending.filter(({ taskDefinitionArn }) => taskDefinitionArn !== taskDefinition);
  return others.filter((task) => !hasEnded(task)).length;
}

function detailsOf(found: Service | undefined) {
  const primary = found && primaryOf(found);
  return {
    running: found?.runningCount ?? 0,
    rollout: primary?.rolloutState,
  };
}

/** One that is not there, or is being deleted, comes to nothing any more. */
async function judgeProgress(
  deps: Deps,
  request: SteadyStateRequest,
  found: Service | undefined,
  elapsedMs: number,
): Promise<Progress> {
  if (found?.status !== 'ACTIVE') return elapsedMs > CONSISTENT_MS ? 'gone' : 'waiting';
  const progress = judgeRollout(request, found, elapsedMs);
  if (progress !== 'steady') return progress;
  return (await countLeaving(deps, request)) > 0 ? 'waiting' : 'steady';
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
  request: SteadyStateRequest,
  found: Service | undefined,
  progress: Progress,
): Promise<(string | undefined)[]> {
  const { cluster, service } = request;
  if (!found) return [`there is no service ${service} in ${cluster}`];
  const { runningCount = 0, desiredCount = 0 } = found;
  const shortage = findShortage(found);
  const leaving = await countLeaving(deps, request);
  const lastEnd = shortage === undefined ? await findLastEnd(deps, cluster, service) : undefined;
  return [
    progress === 'went back' ? circuitBreakerWentBack(primaryOf(found)?.taskDefinition) : undefined,
    `${runningCount} of ${desiredCount} tasks run`,
    leaving > 0 ? stillLeaving(leaving) : undefined,
    findRolloutFailure(found),
    lastEnd ? `a task ended: ${lastEnd}` : quote(shortage ?? findLastEvent(found)),
  ];
}

/** AWS's own words where Fargate has no room: no task is started, so none has a reason. Source: AWS re:Post, of RunTask. */
const SHORTAGE = /Capacity is unavailable/;

/** What ECS said of it since the deployment began. */
function findShortage(found: Service): string | undefined {
  const began = primaryOf(found)?.createdAt?.getTime() ?? 0;
  const events = (found.events ?? []).filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= began);
  return events.map(({ message }) => message).find((message) => message && SHORTAGE.test(message));
}

function findRolloutFailure(found: Service): string | undefined {
  const primary = primaryOf(found);
  return primary?.rolloutState === 'FAILED' ? primary.rolloutStateReason : undefined;
}

function findLastEvent({ events = [] }: Service): string | undefined {
  const [latest] = events;
  return latest?.message;
}

const quote = (message: string | undefined): string | undefined => message && `ECS says: ${message}`;

const timeOf = ({ stoppedAt, stoppingAt }: Task): number => (stoppedAt ?? stoppingAt)?.getTime() ?? 0;

/** Why the newest stopped task ended; undefined when none did. */
async function findLastEnd(deps: Deps, cluster: string, service: string): Promise<string | undefined> {
  const tasks = await listTasks(deps, cluster, service, 'STOPPED');
  const latest = tasks.sort((a, b) => timeOf(b) - timeOf(a));
  const reasons = latest.map(({ stoppedReason }) => stoppedReason);
  return reasons.find((reason) => reason && !reason.startsWith('Scaling activity'));
}
