import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { isUnreadable } from '../contract/unreadable';
import { payloadConverter } from './payload-converter';

type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];
type Failed = NonNullable<HistoryEvent['workflowTaskFailedEventAttributes']>;

/** temporal.api.enums.v1.WorkflowTaskFailedCause, as far as they are no failure of the workflow's code or input. */
const HARMLESS_CAUSES: ReadonlySet<number> = new Set([
  1, // UNHANDLED_COMMAND: something came meanwhile
  13, // RESET_STICKY_TASK_QUEUE
  17, // FORCE_CLOSE_COMMAND
  18, // FAILOVER_CLOSE_COMMAND
  20, // RESET_WORKFLOW
]);
/** The same: what ran differs from the code that runs now. */
const NON_DETERMINISTIC = 24;
const LONGEST_ERROR = 500;

/** A signal, as whoever said it would know it. */
interface SentSignal {
  name: string;
  by: string;
  at: string;
}

/** A workflow task that fails at each attempt: until it is mended the run hears nothing. */
export interface FailingTask {
  workflowId: string;
  runId: string;
  /** how often it has failed by now */
  failures: number;
  /** ISO, when it failed first */
  since: string;
  error: string;
  isOtherCode: boolean;
  /** the event to reset to; null: no task has ever ended well */
  resetTo: string | null;
  /** what came since that task: one of these it fails at, if at any, and a reset drops them all */
  signals: SentSignal[];
}

/** The task that fails, where one does; costs a look at the history only then. */
export async function findFailingTask(
  handle: WorkflowHandle,
  { raw, runId }: WorkflowExecutionDescription,
): Promise<FailingTask | undefined> {
  const failures = (raw.pendingWorkflowTask?.attempt ?? 1) - 1;
  if (failures < 1) return undefined;
  const { events } = await handle.fetchHistory();
  const seen = readTasks(events ?? []);
  if (!seen.failed) return undefined;
  const { at, failure, cause } = seen.failed;
  return {
    workflowId: handle.workflowId,
    runId,
    failures,
    since: at,
    error: (failure?.message ?? 'no message').slice(0, LONGEST_ERROR),
    isOtherCode: Number(cause) === NON_DETERMINISTIC,
    resetTo: seen.lastGood,
    signals: seen.signals,
  };
}

/** The last task that ended well, what came since it was begun, and how the next one failed. */
function readTasks(events: HistoryEvent[]) {
  let lastGood: string | null = null;
  let begun = 0;
  let failed: (Failed & { at: string }) | null = null;
  for (const event of events) {
    const { workflowTaskCompletedEventAttributes: good, workflowTaskFailedEventAttributes: bad } = event;
    if (good) {
      lastGood = String(event.eventId);
      begun = Number(good.startedEventId);
      failed = null;
    }
    if (bad && !HARMLESS_CAUSES.has(Number(bad.cause)))
      failed = {
        ...bad,
        at: timeOf(event),
      };
  }
  const signals = events.filter(({ eventId }) => Number(eventId) > begun).flatMap(readSignal);
  return {
    lastGood,
    signals,
    failed,
  };
}

function readSignal(event: HistoryEvent): SentSignal[] {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (!signal) return [];
  const [payload] = signal.input?.payloads ?? [];
  const word = payload ? payloadConverter.fromPayload<{ by?: unknown } | null>(payload) : null;
  const said = isUnreadable(word) ? 'somebody unreadable' : word?.by;
  return [
    {
      name: signal.signalName ?? 'a signal',
      by: typeof said === 'string' ? said.slice(0, LONGEST_ERROR) : 'someone',
      at: timeOf(event),
    },
  ];
}

function timeOf({ eventTime }: HistoryEvent): string {
  return new Date(Number(eventTime?.seconds ?? 0) * 1000).toISOString();
}
