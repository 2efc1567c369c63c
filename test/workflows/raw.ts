import { randomUUID } from 'node:crypto';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { encode } from '@temporalio/common/lib/encoding';
import type { ActivityName } from '../../src/contract/activities';
import type { Run } from './run';

/** What crosses to the server, as somebody else's client makes it. */
export interface RawPayload {
  metadata?: Record<string, Uint8Array>;
  data: Uint8Array;
}

export function payloadOf(encoding: string, data = '{"by":"kim","reason":"seen"}'): RawPayload {
  return {
    metadata: {
      encoding: encode(encoding),
    },
    data: encode(data),
  };
}

export const inputOf = (payload: RawPayload | undefined) =>
  payload
    ? {
        input: {
          payloads: [payload],
        },
      }
    : {};

/** Sends a signal past every converter. */
export async function sendRaw({ handle }: Run, signalName: string, payload: RawPayload | undefined): Promise<void> {
  const { connection, options } = handle.client;
  await connection.workflowService.signalWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: {
      workflowId: handle.workflowId,
    },
    signalName,
    requestId: randomUUID(),
    ...inputOf(payload),
  });
}

/** Completes an activity that runs, past every converter. */
export async function completeRaw({ handle }: Run, name: ActivityName, payload: RawPayload): Promise<void> {
  const { connection, options } = handle.client;
  const { raw } = await handle.describe();
  const activity = raw.pendingActivities!.find(({ activityType }) => activityType!.name === name)!;
  await connection.workflowService.respondActivityTaskCompletedById({
    namespace: options.namespace,
    workflowId: handle.workflowId,
    activityId: activity.activityId!,
    result: {
      payloads: [payload],
    },
  });
}

/** What the run failed with. @throws when it did not */
export async function failureOf({ handle }: Run): Promise<ApplicationFailure> {
  const error: unknown = await handle.result().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
  throw new Error(`it has not failed as wanted: ${String(error)}`);
}
