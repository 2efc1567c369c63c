import type { ZodType } from 'zod';
import { isUnreadable } from '../../contract/unreadable';
import { messageOf } from './failures';
import { cutText } from './text';

/** What somebody sent, or what is wrong with it. */
export type Reading<T> = { data: T } | { problem: string };

/**
 * Reads what comes from outside: anybody can start a workflow and send it a signal, and what is taken for something
 * else would fail the task for ever. Never throws.
 */
export function readAs<T>(schema: ZodType<T>, from: unknown): Reading<T> {
  const reading = isUnreadable(from) ? { problem: from.unreadable } : parse(schema, from);
  return 'problem' in reading ? { problem: cutText(reading.problem) } : reading;
}

function parse<T>(schema: ZodType<T>, from: unknown): Reading<T> {
  try {
    const { success, data, error } = schema.safeParse(from);
    if (success) return { data };
    const problems = error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    return { problem: problems.join('; ') };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
