import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import {
  deploymentRefusalQuery,
  statusQuery,
  updates,
  workflowIdOf,
  WORKFLOW_TYPES,
  type Answer,
  type MigrateInput,
  type deployWorkflow,
  type migrateWorkflow,
  type recoverWorkflow,
} from '../contract/messages';
import type { DeployInput } from '../contract/deployments';
import type { RecoverInput } from '../contract/recovery';
import type { RunKind, Status } from '../contract/status';
import { isUnreadable } from '../contract/unreadable';
import type { Verb, Word } from '../contract/verbs';
import type { WatchHeartbeat } from '../contract/watch';
import type { Session } from './client';
import { readTemporalConfig } from './config';
import { NoAnswer, TemporalError } from './errors';
import { findFailingTask } from './failing-task';
import { GRPC, grpcCodeOf } from './grpc-status';
import { onceItListens } from './listening';
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

type AnyWorkflow = typeof migrateWorkflow | typeof deployWorkflow | typeof recoverWorkflow;

/** What each kind of run is started with. */
interface RunInputs {
  migration: MigrateInput;
  deployment: DeployInput;
  recovery: RecoverInput;
}

export interface StartedRun {
  workflowId: string;
  runId: string;
}

/** A run by what it is and the name of its stack; without a run id the newest. */
export interface RunName {
  kind: RunKind;
  name: string;
  runId?: string;
}

/** Starts a run of a plan. @throws TemporalError when one of this kind and name runs already */
export async function startRun<K extends RunKind>(
  session: Session,
  kind: K,
  input: RunInputs[K],
  title: RunTitle,
): Promise<StartedRun> {
  const { client, taskQueue } = session;
  const { name } = input.plan;
  const workflowId = workflowIdOf(kind, name);
  try {
    const handle = await client.workflow.start(WORKFLOW_TYPES[kind], {
      workflowId,
      taskQueue,
      args: [input],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: title.summary,
      staticDetails: title.details,
    });
    return { workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId, startTime } = await client.workflow.getHandle(workflowId).describe();
    throw new TemporalError(isRunningAlready(kind, name, runId, startTime), { cause: error });
  }
}

/**
 * Says one word to a run.
 * @throws TemporalError with the workflow's own sentence when it refuses, NoAnswer when no worker takes it
 */
export async function sayWord(session: Session, run: RunName, verb: Verb, word: Word): Promise<Answer> {
  try {
    return await onceItListens(() => handleOf(session, run).executeUpdate(updates[verb], { args: [word] }));
  } catch (error) {
    if (grpcCodeOf(error) === GRPC.failedPrecondition) {
      throw new NoAnswer(noWorkerAnswers(session.taskQueue, run.kind), { cause: error });
    }
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new TemporalError(error.cause?.message ?? error.message, { cause: error });
  }
}

/** Why the migration of this name lets no deployment in; null: it does, or none runs. */
export async function readRefusal(session: Session, name: string, duringWeek: boolean): Promise<string | null> {
  const handle = handleOf(session, { kind: 'migration', name });
  try {
    const { status } = await handle.describe();
    if (status.name !== 'RUNNING') return null;
    const ask = () => handle.query(deploymentRefusalQuery, duringWeek);
    return await onceItListens(() => askWorker(session, 'migration', ask));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
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
export async function readLiveStatus(session: Session, run: RunName): Promise<LiveStatus> {
  const handle = handleOf(session, run);
  const description = await askWorker(session, run.kind, () => handle.describe());
  const failing = await askWorker(session, run.kind, () => findFailingTask(handle, description));
  if (failing) throw new NoAnswer(standsStill(run.name, session.client.options.namespace, failing));
  const status = await onceItListens(() => askWorker(session, run.kind, () => handle.query(statusQuery)));
  if (isUnreadable(status)) throw new TemporalError(unreadableAnswer(status.unreadable));
  if (status.outcome) return { status };
  if (description.status.name !== 'RUNNING')
    return {
      status,
      cutOff: describeCutOff(run, description, status),
    };
  const seen = readHeartbeat(description);
  return { status: seen ? { ...status, gate: gateOf(seen) } : status };
}

function handleOf({ client }: Session, { kind, name, runId }: RunName) {
  return client.workflow.getHandle<AnyWorkflow>(workflowIdOf(kind, name), runId);
}

/** Asks a running worker, through Temporal. @throws NoAnswer when none answers */
export async function askWorker<T>({ client, taskQueue }: Session, kind: RunKind, ask: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_MS, ask);
  } catch (error) {
    const sentence = explainSilence(grpcCodeOf(error), taskQueue, kind);
    if (!sentence) throw error;
    throw new NoAnswer(sentence, { cause: error });
  }
}

/** The sentence for a code that says that nobody answered; undefined for any other. */
function explainSilence(code: number | undefined, taskQueue: string, kind: RunKind): string | undefined {
  if (code === undefined) return undefined;
  if (code === GRPC.unavailable) return noServer(readTemporalConfig().address);
  return SILENT_CODES.has(code) ? noWorkerAnswers(taskQueue, kind) : undefined;
}

function describeCutOff({ kind, name }: RunName, description: WorkflowExecutionDescription, seen: Status): string {
  const { runId, status, closeTime } = description;
  return wasCutOff({
    kind,
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
