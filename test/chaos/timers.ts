import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { until } from '../../lab/until';

/** A timer in which something is to come lasts longer; a history is dear to read. */
const LOOK_MS = 1000;

type Readable = Pick<WorkflowHandle, 'fetchHistory'>;

/** Summaries of the timers that a run has started, each once, in their order. */
export async function listTimers(handle: Readable): Promise<string[]> {
  const { events = [] } = await handle.fetchHistory();
  const summaries = events!.flatMap(({ timerStartedEventAttributes, userMetadata }) => {
    if (!timerStartedEventAttributes || !userMetadata?.summary) return [];
    return [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)];
  });
  return [...new Set(summaries)];
}

/** Waits until a timer of this summary has begun. */
export async function untilTimerRuns(handle: Readable, summary: string): Promise<void> {
  await until(`the timer ${summary}`, async () => (await listTimers(handle)).includes(summary), {
    progress: async () => (await handle.fetchHistory()).events?.length,
    pauseMs: LOOK_MS,
  });
}
