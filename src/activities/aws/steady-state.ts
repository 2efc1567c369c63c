import { DescribeTasksCommand, ListTasksCommand, type Service } from '@aws-sdk/client-ecs';
import { ApplicationFailure } from '@temporalio/activity';
import type { OutputOf } from '../../contract/activities';
import type { SteadyStateRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { createPause, heartbeat } from '../pacing';
import { findService, primaryOf } from './service';
import { circuitBreakerWentBack, notSteady } from './texts';

const POLL_MS = 1000;
/** How long DescribeServices may still show what was before an update. */
const CONSISTENT_MS = 10_000;
/** DescribeTasks takes a hundred; the newest say why. */
const LATEST_TASKS = 10;

type Progress = 'steady' | 'waiting' | 'failed' | 'went back';

/**
 * Waits until a service runs its count of the task definition; heartbeats.
 * @throws NotSteady with what is known of the reason
 */
export async function awaitSteadyState(deps: Deps, request: SteadyStateRequest): Promise<OutputOf<'awaitSteadyState'>> {
  const { cluster, service, count, timeoutMs } = request;
  const began = Date.now();
  const pause = createPause(POLL_MS);
  for (;;) {
    const found = await findService(deps, cluster, service);
    heartbeat({ service, ...detailsOf(found), of: count });
    const elapsedMs = Date.now() - began;
    const progress = judgeProgress(request, found, elapsedMs);
    if (progress === 'steady') return { running: count, seconds: Math.round(elapsedMs / 1000) };
    if (progress !== 'waiting' || elapsedMs > timeoutMs) {
      const reasons = await findReasons(deps, request, found, progress);
      throw ApplicationFailure.nonRetryable(notSteady(service, reasons), 'NotSteady');
    }
    await pause();
  }
}

function detailsOf(found: Service | undefined) {
  return { running: found?.runningCount ?? 0, rollout: found && primaryOf(found)?.rolloutState };
}

/** A circuit breaker that went back to another task definition becomes steady too: that is a failure. */
function judgeProgress(request: SteadyStateRequest, found: Service | undefined, elapsedMs: number): Progress {
  const primary = found && primaryOf(found);
  if (!primary) return 'waiting';
  if (primary.rolloutState === 'FAILED') return 'failed';
  if (primary.rolloutState !== 'COMPLETED') return 'waiting';
  const runsOther = request.taskDefinition !== undefined && primary.taskDefinition !== request.taskDefinition;
  if (runsOther) return elapsedMs > CONSISTENT_MS ? 'went back' : 'waiting';
  return hasCount(found, request.count) ? 'steady' : 'waiting';
}

function hasCount({ runningCount = 0, desiredCount, deployments }: Service, count: number): boolean {
  return runningCount === count && desiredCount === count && deployments?.length === 1;
}

async function findReasons(
  deps: Deps,
  { cluster, service }: SteadyStateRequest,
  found: Service | undefined,
  progress: Progress,
): Promise<string[]> {
  if (!found) return [`there is no service ${service} in ${cluster}`];
  const { runningCount = 0, desiredCount = 0, events } = found;
  const primary = primaryOf(found);
  const end = await findLastEnd(deps, cluster, service);
  const lastEvent = events?.[0]?.message;
  const reasons = [`${runningCount} of ${desiredCount} tasks run`];
  if (progress === 'went back') reasons.unshift(circuitBreakerWentBack(primary?.taskDefinition));
  if (primary?.rolloutState === 'FAILED') reasons.push(primary.rolloutStateReason ?? '');
  if (end) reasons.push(`a task ended: ${end}`);
  else if (lastEvent) reasons.push(`ECS says: ${lastEvent}`);
  return reasons;
}

/** Why the newest stopped task ended; undefined when none did. */
async function findLastEnd({ clients: { ecs } }: Deps, cluster: string, service: string): Promise<string | undefined> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus: 'STOPPED' }),
  );
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(-LATEST_TASKS) }));
  const reasons = tasks.map(({ stoppedReason }) => stoppedReason);
  return reasons.find((reason) => reason && !reason.startsWith('Scaling activity'));
}
