import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { dataConverter } from '../temporal/data-converter';
import { messageOf } from '../temporal/errors';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** A run's past, as Temporal keeps it. */
export interface RecordedRun {
  workflowId: string;
  runId: string;
  history: History;
}

/** A run that other code has brought where it is: under this code it would go on otherwise. */
export interface Difference {
  workflowId: string;
  runId: string;
  /** number of the first event that this code would not have made */
  event: number;
  reason: string;
  /** who has carried it on until now: the identity of the last worker that did */
  worker: string;
  isOtherCode: boolean;
}

/** The reason in what the SDK says, which is a structure of its core. */
const REASON = /message: "(?:\[TMPRL\d+\] )?((?:[^"\\]|\\.)+)"/;
const LONGEST_REASON = 500;

/** Carries a run on from its first event to its last, changing nothing. @returns where this code would differ */
export async function replayRun(bundle: WorkflowBundleOption, run: RecordedRun): Promise<Difference | undefined> {
  const { workflowId, runId, history } = run;
  const error = await findError(bundle, run);
  if (!error) return undefined;
  const text = messageOf(error);
  return {
    workflowId,
    runId,
    event: await findEvent(bundle, run),
    reason: (REASON.exec(text)?.[1] ?? text).slice(0, LONGEST_REASON),
    worker: findWorker(history),
    isOtherCode: error.name === 'DeterminismViolationError',
  };
}

async function findError(
  bundle: WorkflowBundleOption,
  { workflowId, history }: RecordedRun,
): Promise<Error | undefined> {
  const options = {
    workflowBundle: bundle,
    dataConverter,
  };
  try {
    await Worker.runReplayHistory(options, history, workflowId);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error;
  }
}

/** By halves: the shortest past that ends with a workflow task and fails, and the first event after its task before. */
async function findEvent(bundle: WorkflowBundleOption, run: RecordedRun): Promise<number> {
  const events = run.history.events ?? [];
  const begins = events.flatMap(({ workflowTaskStartedEventAttributes: begun }, index) => (begun ? [index] : []));
  let [good, bad] = [0, begins.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const past = {
      ...run.history,
      events: events.slice(0, begins[middle]! + 1),
    };
    if (
      await findError(bundle, {
        ...run,
        history: past,
      })
    )
      bad = middle;
    else good = middle;
  }
  // a task has begun, has ended, and then comes what it has made
  return Number(events[begins[good] ?? 0]?.eventId ?? 0) + 2;
}

/** Every open run of a task queue, each read when it is asked for. */
export async function* listOpenRuns(client: Client, taskQueue: string): AsyncGenerator<RecordedRun> {
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue.replaceAll("'", "''")}'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    yield readRun(client, workflowId, runId);
  }
}

/** @param runId absent: its last run */
export async function readRun(client: Client, workflowId: string, runId?: string): Promise<RecordedRun> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const { runId: last } = runId === undefined ? await handle.describe() : { runId };
  return {
    workflowId,
    runId: last,
    history: await handle.fetchHistory(),
  };
}

function findWorker({ events }: History): string {
  const tasks = (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  return tasks.at(-1)?.identity ?? 'no worker yet';
}
