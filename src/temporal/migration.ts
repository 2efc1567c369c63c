import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowUpdateFailedError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import {
  statusQuery,
  updates,
  workflowIdOf,
  WORKFLOW_TYPES,
  type Answer,
  type migrateWorkflow,
} from '../contract/messages';
import type { Status } from '../contract/status';
import { isUnreadable } from '../contract/unreadable';
import type { Verb, Word } from '../contract/verbs';
import type { WatchHeartbeat } from '../contract/watch';
import type { Plan } from '../plan/schema';
import type { Session } from './client';
import { readTemporalConfig } from './config';
import { NoAnswer, TemporalError } from './errors';
import { findFailingTask } from './failing-task';
import { GRPC, grpcCodeOf } from './grpc-status';
import { payloadConverter } from './payload-converter';
import { isRunningAlready, noServer, noWorkerAnswers, standsStill, unreadableAnswer, wasCutOff } from './texts';

/** Longer than the server itself tries to hand a query to a worker that may just be starting. */
const ANSWER_MS = 15_000;
/** What a worker that is away, or a server that is being replaced, answers a query with. */
const SILENT_CODES: ReadonlySet<number> = new Set([GRPC.deadlineExceeded, GRPC.failedPrecondition, GRPC.cancelled]);

/** What the Temporal UI says of a run above its history. */
interface RunTitle {
  summary: string;
  details: string;
}

export interface StartedRun {
  workflowId: string;
  runId: string;
}

/** Starts the migration of a plan. @throws TemporalError when one of this name runs already */
export async function startMigration(session: Session, plan: Plan, title: RunTitle): Promise<StartedRun> {
  const { client, taskQueue } = session;
  const workflowId = workflowIdOf('migration', plan.name);
  try {
    const handle = await client.workflow.start<typeof migrateWorkflow>(WORKFLOW_TYPES.migration, {
      workflowId,
      taskQueue,
      args: [{ plan }],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: title.summary,
      staticDetails: title.details,
    });
    return { workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId, startTime } = await client.workflow.getHandle(workflowId).describe();
    throw new TemporalError(isRunningAlready(plan.name, runId, startTime), { cause: error });
  }
}

/** Says one word to a running migration. @throws TemporalError with the workflow's own sentence when it refuses */
export async function sayWord(session: Session, name: string, verb: Verb, word: Word): Promise<Answer> {
  try {
    return await handleOf(session, name).executeUpdate(updates[verb], { args: [word] });
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new TemporalError(error.cause?.message ?? error.message, { cause: error });
  }
}

/** A status as it is now; `cutOff`: how the run was ended from outside, where it could not end itself. */
export interface LiveStatus {
  status: Status;
  cutOff?: string;
}

/**
 * The status, with what the watch saw last: that is in its heartbeat, not in the history.
 * @throws NoAnswer where no worker answers, or the run's task fails again and again
 */
export async function readLiveStatus(session: Session, name: string): Promise<LiveStatus> {
  const handle = handleOf(session, name);
  const description = await askWorker(session, () => handle.describe());
  const failing = await askWorker(session, () => findFailingTask(handle, description));
  if (failing) throw new NoAnswer(standsStill(name, session.client.options.namespace, failing));
  const status = await askWorker(session, () => handle.query(statusQuery));
  if (isUnreadable(status)) throw new TemporalError(unreadableAnswer(status.unreadable));
  if (status.outcome) return { status };
  if (description.status.name !== 'RUNNING') return { status, cutOff: describeCutOff(name, description, status) };
  const seen = readHeartbeat(description);
  return { status: seen ? { ...status, gate: gateOf(seen) } : status };
}

function handleOf({ client }: Session, name: string) {
  return client.workflow.getHandle<typeof migrateWorkflow>(workflowIdOf('migration', name));
}

/** Asks a running worker, through Temporal. @throws NoAnswer when none answers */
async function askWorker<T>({ client, taskQueue }: Session, ask: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_MS, ask);
  } catch (error) {
    const sentence = explainSilence(grpcCodeOf(error), taskQueue);
    if (!sentence) throw error;
    throw new NoAnswer(sentence, { cause: error });
  }
}

/** The sentence for a code that says that nobody answered; undefined for any other. */
function explainSilence(code: number | undefined, taskQueue: string): string | undefined {
  if (code === undefined) return undefined;
  if (code === GRPC.unavailable) return noServer(readTemporalConfig().address);
  return SILENT_CODES.has(code) ? noWorkerAnswers(taskQueue) : undefined;
}

function describeCutOff(name: string, description: WorkflowExecutionDescription, seen: Status): string {
  const { runId, status, closeTime } = description;
  return wasCutOff({
    name,
    runId,
    state: status.name,
    closedAt: closeTime,
    undos: seen.undo.pending,
  });
}

function readHeartbeat({ raw }: WorkflowExecutionDescription): WatchHeartbeat | undefined {
  const watch = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'watchSignals');
  const payload = watch?.heartbeatDetails?.payloads?.[0];
  const seen = payload && payloadConverter.fromPayload<WatchHeartbeat>(payload);
  return seen?.state ? seen : undefined;
}

function gateOf({ state: { verdict, reason, measurements } }: WatchHeartbeat): Status['gate'] {
  return {
    verdict,
    measurements,
    ...(reason ? { reason } : {}),
  };
}
