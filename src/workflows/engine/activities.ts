import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../contract/activities';
import type { BuildRequest } from '../../contract/images';
import { imagesQueueOf } from '../../contract/messages';

type Name = keyof Activities;
type Input<N extends Name> = Parameters<Activities[N]>[0];
type Output<N extends Name> = Awaited<ReturnType<Activities[N]>>;

/**
 * An effect that has begun is waited for, even when it is cancelled: an undo that overtakes its effect
 * would find nothing to take back.
 */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Short: what a dead worker had begun is noticed only when this time is over. */
const calls = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  cancellationType,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s', maximumAttempts: 12 },
});

/** Of an undo that nobody waits for: an AWS that is away for an hour must not leave anything over. */
const PATIENT = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s', maximumAttempts: 240 } as const;
let patient = false;

/** From now on calls and waits are tried for about an hour, or again for some two minutes. */
export function bePatient(now: boolean): void {
  patient = now;
}

/** Waits that heartbeat: a dead worker is noticed after half a minute, a slow AWS is not an error. */
const waits = proxyActivities<Activities>({
  startToCloseTimeout: '6h',
  heartbeatTimeout: '30s',
  cancellationType,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s', maximumAttempts: 12 },
});

const patientCalls = proxyActivities<Activities>({ startToCloseTimeout: '30s', cancellationType, retry: PATIENT });
const patientWaits = proxyActivities<Activities>({
  startToCloseTimeout: '6h',
  heartbeatTimeout: '30s',
  cancellationType,
  retry: PATIENT,
});

/** The watch lives as long as its gate; it goes on from its heartbeat after every death. */
const watches = proxyActivities<Activities>({
  startToCloseTimeout: '60d',
  heartbeatTimeout: '30s',
  cancellationType,
  retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '15s' },
});

/** Questions whose answer a report can do without: given up after a while. */
const asks = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  cancellationType,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s', maximumAttempts: 4 },
});

/** A figure that a rollback waits for: not long. */
const figures = proxyActivities<Activities>({
  scheduleToCloseTimeout: '3m',
  heartbeatTimeout: '30s',
  cancellationType,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 4 },
});

/** Builds, on the queue of hosts that can; a host that is not there is named after an hour. */
const builds = () =>
  proxyActivities<Activities>({
    taskQueue: imagesQueueOf(workflowInfo().taskQueue),
    scheduleToStartTimeout: '1h',
    startToCloseTimeout: '1h',
    heartbeatTimeout: '1m',
    cancellationType,
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
  });

type Callable = { executeWithOptions(options: { summary: string }, args: [unknown]): Promise<unknown> };

function through(proxies: object, name: string, summary: string, input: unknown): Promise<unknown> {
  return (proxies as Record<string, Callable>)[name]!.executeWithOptions({ summary }, [input]);
}

/** Runs an activity under a summary that the timeline of the Temporal UI shows. */
export function call<N extends Name>(name: N, summary: string, input: Input<N>): Promise<Output<N>> {
  return through(patient ? patientCalls : calls, name, summary, input) as Promise<Output<N>>;
}

/** The same for activities that wait for the world and heartbeat meanwhile. */
export function wait<N extends Name>(name: N, summary: string, input: Input<N>): Promise<Output<N>> {
  return through(patient ? patientWaits : waits, name, summary, input) as Promise<Output<N>>;
}

/** The same for questions that a report can do without. */
export function ask<N extends Name>(name: N, summary: string, input: Input<N>): Promise<Output<N>> {
  return through(asks, name, summary, input) as Promise<Output<N>>;
}

/** The same for a figure that a rollback waits for. */
export function figure<N extends Name>(name: N, summary: string, input: Input<N>): Promise<Output<N>> {
  return through(figures, name, summary, input) as Promise<Output<N>>;
}

/** The same for building an image. */
export function build(summary: string, input: BuildRequest): Promise<Output<'buildImage'>> {
  return through(builds(), 'buildImage', summary, input) as Promise<Output<'buildImage'>>;
}

/** The same for the watch of a gate. */
export function watch(summary: string, input: Input<'watchSignals'>): Promise<Output<'watchSignals'>> {
  return through(watches, 'watchSignals', summary, input) as Promise<Output<'watchSignals'>>;
}
