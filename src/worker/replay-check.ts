import { Client } from '@temporalio/client';
import { Runtime, type WorkflowBundleOption } from '@temporalio/worker';
import { dataConverter } from '../temporal/data-converter';
import type { WorkerConnection } from '../temporal/worker';
import { listOpenRuns, replayRun, type Difference } from './replay';
import { describeDifference, goesOn, mustNotStart } from './texts';

/**
 * Replays the open runs of a queue before it is polled: code that differs from what a run began with fails each of its
 * workflow tasks, and such a run hears and watches nothing. A run that fails for another reason fails without us too.
 * @param isSkipped only warns
 * @throws with every run that differs, and who must carry it on
 */
export async function checkOpenRuns(
  { connection, namespace }: WorkerConnection,
  taskQueue: string,
  workflowBundle: WorkflowBundleOption,
  isSkipped = false,
): Promise<void> {
  const client = new Client({
    connection,
    namespace,
    dataConverter,
  });
  const { logger } = Runtime.instance();
  const differences: Difference[] = [];
  let replayed = 0;
  for await (const run of listOpenRuns(client, taskQueue)) {
    const difference = await replayRun(workflowBundle, run);
    replayed += difference ? 0 : 1;
    if (difference?.isOtherCode) differences.push(difference);
    else if (difference) logger.warn(describeDifference(difference));
  }
  if (replayed > 0) logger.info(goesOn(replayed, taskQueue));
  if (differences.length === 0) return;
  const sentence = mustNotStart(taskQueue, differences);
  if (!isSkipped) throw new Error(sentence);
  logger.warn(sentence);
}
