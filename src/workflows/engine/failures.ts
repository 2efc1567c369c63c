import { ActivityFailure, ApplicationFailure, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';
import type { SignalClass } from '../../plan/analysis';
import { cutLines } from './text';

/** A signal went bad: the one failure that sends traffic back by itself. */
export class Breach extends ApplicationFailure {
  constructor(
    readonly signalClass: SignalClass,
    reason: string,
  ) {
    super(reason, 'Breach', true);
  }
}

/** What an operator is told of an error: an activity's own words, or that it timed out. */
export function messageOf(error: unknown): string {
  if (error instanceof ActivityFailure) return cutLines(messageOfActivity(error));
  return cutLines(error instanceof Error ? error.message : typeof error);
}

function messageOfActivity({ cause, activityType, message }: ActivityFailure): string {
  if (cause instanceof TimeoutFailure) return `${activityType}: ${cause.message}`;
  return cause?.message ?? message;
}

/** The failure type that an activity gave, e.g. `RecordEdited`. */
export function typeOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** Whether a permission is missing: another try can't help before somebody gave it. */
export const isDenied = (error: unknown): boolean => /AccessDenied|Unauthorized/.test(typeOf(error) ?? '');

/** What an activity failed with, where it says. */
export function unwrapFailure(error: unknown): unknown {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
}

/** Makes any error one that ends a workflow; a plain one would be retried by the server without end. */
export function asFailure(error: unknown): TemporalFailure {
  return error instanceof TemporalFailure ? error : ApplicationFailure.nonRetryable(messageOf(error), 'Unexpected');
}

/** A failure that a human has to fix. @param type how whoever catches it tells it apart */
export function failFor(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}

/** Waits for all, then throws the first error: what goes back must not run beside what still goes forward. */
export async function settleAll<T>(effects: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(effects);
  return Promise.all(effects);
}
