import type { Difference } from './replay';

/** Where a run and this code part, in a sentence without its way out. */
export function describeDifference({ workflowId, runId, event, reason, isOtherCode }: Difference): string {
  const problem = isOtherCode ? 'would go on otherwise under this code' : 'fails under this code';
  return `${workflowId} (run ${runId}) ${problem} from event ${event} on: ${reason}`;
}

/** What a worker says that must not poll a queue. */
export function mustNotStart(taskQueue: string, differences: Difference[]): string {
  const runs = differences.map((difference) => `  ${describeDifference(difference)}; ${goOnWith(difference)}`);
  return [
    `this worker does not start: task queue ${taskQueue} has open runs of other code, which it would stop for good`,
    ...runs,
    'start this one when they are over, or on another queue (TEMPORAL_TASK_QUEUE); --skip-replay-check starts it all the same',
  ].join('\n');
}

/** Who has to carry a run on. */
export function goOnWith({ worker }: Difference): string {
  return `keep the image running that carried it until now: ${worker}`;
}

export function goesOn(count: number, taskQueue: string): string {
  return count === 1
    ? `1 open run of ${taskQueue} goes on under this code`
    : `${count} open runs of ${taskQueue} go on under this code`;
}

/** To whoever asks a run just then. */
export function askAgain(runId: string): string {
  return `run ${runId} has news that no workflow task has brought to it yet; ask again in a moment`;
}
