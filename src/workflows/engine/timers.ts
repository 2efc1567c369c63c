import { sleep } from '@temporalio/workflow';
import { formatDuration } from '../../plan/duration';

/** Rests on a durable timer that says in the timeline what it waits for. @param ms 0 or less: no timer */
export async function rest(ms: number, summary: string): Promise<void> {
  if (ms > 0) await sleep(ms, { summary: `${summary} (${formatDuration(ms)})` });
}
