import { ActivityFailure, ApplicationFailure, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';
import type { SignalClass } from '../../plan/analysis';

/** A signal went bad: the one failure that sends traffic back by itself. */
export class Breach extends ApplicationFailure {
  constructor(
    readonly signalClass: SignalClass,
    reason: string,
  ) {
    super(reason, 'Breach', true);
  }
}

/** Errors that stand in the code itself must fail the run's phase, not the workflow task for ever. */
export function messageOf(error: unknown): string {
  if (error instanceof ActivityFailure)
    return error.cause instanceof TimeoutFailure
      ? `${error.activityType}: ${error.cause.message}`
      : (error.cause?.message ?? error.message);
  return error instanceof Error ? error.message : String(error);
}

/** The failure type that an activity gave, e.g. `RecordEdited`. */
export function typeOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** Makes any error one that ends a workflow; a plain one would be retried by the server without end. */
export function asFailure(error: unknown): TemporalFailure {
  return error instanceof TemporalFailure ? error : ApplicationFailure.nonRetryable(messageOf(error), 'Unexpected');
}

/** Waits for all, then throws the first error: what goes back must not run beside what still goes forward. */
export async function settled<T>(effects: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(effects);
  return Promise.all(effects);
}
