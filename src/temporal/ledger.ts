import { isDeepStrictEqual } from 'node:util';
import { QueryNotRegisteredError, WorkflowNotFoundError } from '@temporalio/client';
import { ledgerQuery, statusQuery, workflowIdOf, WORKFLOW_TYPES, type migrateWorkflow } from '../contract/messages';
import type { Status } from '../contract/status';
import type { Undo } from '../contract/undos';
import { isUnreadable } from '../contract/unreadable';
import type { Session } from './client';
import { messageOf, NoAnswer, TemporalError } from './errors';
import { askWorker } from './run';
import * as texts from './texts';

/** A run that has ended and not taken back what its ledger says. */
export interface UnspentRun {
  runId: string;
  /** the server's word for how it ended */
  state: string;
  undos: Undo[];
  status: Status;
}

/** The ledger that a way back goes by, or why there is none. */
export type LedgerAnswer = { run: UnspentRun } | { why: string };

/** How far back somebody looks: starts that ended before they did anything lie between. */
const MOST_RUNS = 20;

/**
 * Asks the runs of a stack for what they would have to take back, the newest first: a worker replays what has ended for
 * as long as Temporal keeps it. One that has carried its ledger out and left something all the same does not hide the
 * ledger of an earlier one.
 * @throws TemporalError where one of them runs, which takes itself back; NoAnswer where no worker answers in time
 */
export async function findLedger(session: Session, name: string): Promise<LedgerAnswer> {
  await requireNoneOpen(session, name);
  const done: Undo[] = [];
  const isDone = (undo: Undo) => done.some((other) => isDeepStrictEqual(undo, other));
  let why = texts.keepsNone(name);
  for (const { runId, state } of await listRuns(session, name)) {
    const answer = await ask(session, name, runId);
    if (!answer) continue;
    if ('why' in answer) return answer;
    const { undos, status } = answer;
    // it had not done anything yet, or a recovery after it has carried its ledger out
    if (undos.every(isDone)) continue;
    if (!isSpent(status)) {
      return {
        run: {
          runId,
          state,
          undos,
          status,
        },
      };
    }
    if (done.length === 0) why = texts.isSpent(runId, status.outcome ?? state);
    if (leavesNothing(status)) break;
    done.push(...undos);
  }
  return { why };
}

async function requireNoneOpen({ client }: Session, name: string): Promise<void> {
  try {
    const { status, runId, startTime, type } = await client.workflow
      .getHandle(workflowIdOf('migration', name))
      .describe();
    if (status.name !== 'RUNNING') return;
    const isRecovery = type === WORKFLOW_TYPES.recovery;
    throw new TemporalError(
      isRecovery
        ? texts.isRunningAlready('recovery', name, runId, startTime)
        : texts.takesItselfBack(name, runId, startTime),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** The newest first. */
async function listRuns({ client }: Session, name: string): Promise<{ runId: string; state: string }[]> {
  const runs: { runId: string; state: string; startedAt: number }[] = [];
  const query = `WorkflowId = "${workflowIdOf('migration', name)}"`;
  for await (const { runId, status, startTime } of client.workflow.list({ query })) {
    runs.push({
      runId,
      state: status.name,
      startedAt: startTime.getTime(),
    });
  }
  return runs.sort((a, b) => b.startedAt - a.startedAt).slice(0, MOST_RUNS);
}

/** What a run answers that has ended; one that can't be replayed answers nothing. */
async function ask(
  session: Session,
  name: string,
  runId: string,
): Promise<{ undos: Undo[]; status: Status } | { why: string } | null> {
  const workflowId = workflowIdOf('migration', name);
  const handle = session.client.workflow.getHandle<typeof migrateWorkflow>(workflowId, runId);
  try {
    const [undos, status] = await askWorker(session, 'migration', () =>
      Promise.all([handle.query(ledgerQuery), handle.query(statusQuery)]),
    );
    if (isUnreadable(undos)) return { why: texts.canNotBeAsked(runId, undos.unreadable) };
    if (isUnreadable(status)) return { why: texts.canNotBeAsked(runId, status.unreadable) };
    return {
      undos,
      status,
    };
  } catch (error) {
    // it ended before it had read its plan
    if (error instanceof QueryNotRegisteredError) return null;
    // a worker that is slow is no reason to go by what is known less well
    if (error instanceof NoAnswer)
      throw refuseUnanswered(
        session,
        {
          workflowId,
          runId,
        },
        error,
      );
    return { why: texts.canNotBeAsked(runId, messageOf(error)) };
  }
}

function refuseUnanswered(
  { client }: Session,
  { workflowId, runId }: { workflowId: string; runId: string },
  cause: NoAnswer,
): NoAnswer {
  const { namespace } = client.options;
  const sentence = texts.ledgerUnanswered({
    namespace,
    workflowId,
    runId,
    reason: cause.message,
  });
  return new NoAnswer(sentence, { cause });
}

/** Its ledger is carried out, or is what it was there for. */
function isSpent(status: Status): boolean {
  const { rollback } = status;
  return leavesNothing(status) || (rollback !== null && rollback.steps.every(({ state }) => state === 'done'));
}

/** No earlier run has left anything that this one would not know of. */
const leavesNothing = ({ outcome }: Status): boolean => outcome === 'completed' || outcome === 'rolled-back';
