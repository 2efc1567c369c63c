import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import type { Unreadable } from '../contract/unreadable';

/** Of a reason: an encoding's name may be as long as its sender likes. */
const LONGEST_REASON = 200;

/**
 * The SDK's own, but it never throws: inside a workflow task a throw fails the task for ever, and with it every word
 * and every query. What can't be read, or written, is an `Unreadable` that says why.
 */
class TolerantPayloadConverter implements PayloadConverter {
  toPayload<T>(value: T): Payload {
    try {
      return defaultPayloadConverter.toPayload(value);
    } catch (error) {
      return defaultPayloadConverter.toPayload(explain(error));
    }
  }

  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch (error) {
      return explain(error) as T;
    }
  }
}

function explain(error: unknown): Unreadable {
  const reason = error instanceof Error ? error.message : 'no reason';
  return {
    unreadable: reason.slice(0, LONGEST_REASON),
  };
}

/** By this name the SDK looks for it. */
export const payloadConverter: PayloadConverter = new TolerantPayloadConverter();
