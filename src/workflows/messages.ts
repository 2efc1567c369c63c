import { z } from 'zod';
import type { DeploymentAnswer, DeploymentRequest, EndedDeployment } from '../contract/deployments';
import { readAs } from './engine/reading';
import type { Run } from './engine/run';
import { tellUnreadMessage } from './moves/texts';

// What a deployment and a migration of its stack send each other, as it must be to be taken.

/** Whatever else a signal to it is sent with would fail the task. */
const runId = z.uuid();

export const requestSchema: z.ZodType<DeploymentRequest> = z.object({
  runId,
  firstRunId: runId,
  services: z.array(z.string()).min(1),
  duringWeek: z.boolean(),
});

export const answerSchema: z.ZodType<DeploymentAnswer> = z.union([
  z.object({ refusal: z.string() }),
  z.object({
    refusal: z.null(),
    moment: z.enum(['before', 'week']),
    oldHost: z.string().exactOptional(),
  }),
]);

const deployedSchema = z.object({
  taskDefinition: z.string(),
  withoutDuties: z.string().exactOptional(),
  count: z.int().positive(),
  image: z.string(),
});

export const endSchema: z.ZodType<EndedDeployment> = z.object({
  runId,
  services: z.record(z.string(), deployedSchema),
  leftovers: z.array(z.string()).exactOptional(),
});

/** null: it can't be read, which is told */
export function readMessage<T>({ progress }: Run, schema: z.ZodType<T>, said: unknown): T | null {
  const reading = readAs(schema, said);
  if ('data' in reading) return reading.data;
  progress.addEvent(tellUnreadMessage(reading.problem));
  return null;
}
