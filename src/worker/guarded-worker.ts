import { coresdk } from '@temporalio/proto';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { NativeWorker, type NativeWorkerLike } from '@temporalio/worker/lib/worker';
import { askAgain } from './texts';

const { WorkflowActivation } = coresdk.workflow_activation;
const { WorkflowActivationCompletion } = coresdk.workflow_completion;

/** temporal.api.enums.v1.WorkflowExecutionStatus */
const RUNNING = 1;

/** How far a run has come in this worker. */
interface Reached {
  workflowId: string;
  /** when the workflow task began that brought it there */
  begunAt: string;
  /** the last event that it knows of */
  event: number;
}

/** Whether a run can still get workflow tasks. */
type IsOpen = (workflowId: string, runId: string) => Promise<boolean>;

/**
 * A worker that no query makes to carry a run on.
 *
 * With a query the server sends events that no workflow task has brought yet, and Temporal's core lets the workflow go
 * on with them and keeps it in its cache. The task brings what came after them, so that the workflow takes in two turns
 * what each later replay takes in one: commands of two things that go on side by side change their order, and the run
 * fails every task from then on. It takes a worker that dies while a task waits for it, and somebody who asks for the
 * status meanwhile. Such a query is refused, with which the core forgets what it had cached; it is answered a moment
 * later, with the task. Seen with 1.24.0; source: sdk-core, managed_run.rs and workflow_machines.rs.
 */
export class GuardedWorker extends Worker {
  protected static override nativeWorkerCtor: typeof Worker.nativeWorkerCtor = {
    create: async (runtime, connection, options) => {
      const native = await NativeWorker.create(runtime, connection, options);
      return guard(native, asksServer(connection, options.namespace));
    },
    createReplay: (runtime, options) => NativeWorker.createReplay(runtime, options),
  };
}

function asksServer({ workflowService }: NativeConnection, namespace: string): IsOpen {
  return async (workflowId, runId) => {
    const { workflowExecutionInfo } = await workflowService.describeWorkflowExecution({
      namespace,
      execution: {
        workflowId,
        runId,
      },
    });
    return workflowExecutionInfo?.status === RUNNING;
  };
}

/** Answers by itself what must not come to a workflow. */
function guard(native: NativeWorkerLike, isOpen: IsOpen): NativeWorkerLike {
  const poll = native.pollWorkflowActivation;
  const reached = new Map<string, Reached>();
  native.pollWorkflowActivation = async () => {
    for (;;) {
      const buffer = await poll();
      const activation = WorkflowActivation.decode(new Uint8Array(buffer));
      if (!(await isForbidden(activation, reached, isOpen))) return buffer;
      await native.completeWorkflowActivation(refuse(activation));
    }
  };
  return native;
}

type Activation = coresdk.workflow_activation.WorkflowActivation;

/** A run that has ended gets no task which could differ. */
async function isForbidden(activation: Activation, reached: Map<string, Reached>, isOpen: IsOpen): Promise<boolean> {
  const { runId, jobs } = activation;
  const before = reached.get(runId);
  if (jobs.some(({ removeFromCache }) => removeFromCache)) reached.delete(runId);
  else if (jobs.some(({ queryWorkflow }) => !queryWorkflow)) {
    const now = describe(activation, before);
    reached.set(runId, now);
    if (before && isAhead(now, before)) return isOpen(before.workflowId, runId).catch(() => true);
  }
  return false;
}

function describe({ jobs, timestamp, historyLength }: Activation, before: Reached | undefined): Reached {
  const begun = jobs.find(({ initializeWorkflow }) => initializeWorkflow)?.initializeWorkflow;
  return {
    workflowId: begun?.workflowId ?? before?.workflowId ?? '',
    begunAt: `${timestamp?.seconds}.${timestamp?.nanos}`,
    event: historyLength,
  };
}

/** No task has begun since: what comes within one task knows of no later event. */
const isAhead = (now: Reached, before: Reached): boolean => now.begunAt === before.begunAt && now.event > before.event;

/** What fails an activation of a query fails the query alone. */
function refuse({ runId }: Activation): Buffer {
  const completion = WorkflowActivationCompletion.encodeDelimited({
    runId,
    failed: {
      failure: {
        message: askAgain(runId),
      },
    },
  });
  return Buffer.from(completion.finish());
}
