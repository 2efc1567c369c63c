import { isUnreadable } from '../../contract/unreadable';
import type { Word } from '../../contract/verbs';
import { cutText } from './text';

/** Characters that are kept of who said a word, and of why. */
const LONGEST_WORD = 1000;
const LONGEST_KEY = 60;
const KEYS: readonly string[] = ['by', 'reason', 'step'] satisfies (keyof Word)[];

/** A word as it was understood. */
export interface SaidWord {
  by: string;
  reason: string;
  step?: number;
  /** what of it can't be read: it approves nothing */
  unread?: string;
}

/** A word without a word: who and why may be left out. */
const BARE: SaidWord = {
  by: 'someone',
  reason: 'no reason given',
};

/**
 * Reads whatever came with a verb: from the command line, the Temporal UI, a script, or somebody who means no good.
 * Never throws. A bare text is a reason.
 */
export function readWord(from: unknown): SaidWord {
  if (from === undefined || from === null) return BARE;
  if (typeof from === 'string')
    return {
      ...BARE,
      ...readTexts({
        reason: from,
      }),
    };
  if (isUnreadable(from)) return markUnread(BARE, [cutText(from.unreadable)]);
  if (!isMap(from)) return markUnread(BARE, [`it is ${describeKind(from)}`]);
  const step = readStep(from['step']);
  const word = {
    ...BARE,
    ...readTexts(from),
    ...(typeof step === 'number' && {
      step,
    }),
  };
  return markUnread(word, [
    ...listNoTexts(from),
    ...(step === null ? [`"step" is ${describeKind(from['step'])}, not a weight`] : []),
    ...listStrangers(from),
  ]);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function markUnread(word: SaidWord, problems: string[]): SaidWord {
  if (problems.length === 0) return word;
  const unread = problems.join('; ');
  const reason =
    word.reason === BARE.reason ? `${BARE.reason}; what came with it can't be read: ${unread}` : word.reason;
  return {
    ...word,
    reason,
    unread,
  };
}

/** The texts that there are and say something. */
function readTexts({ by, reason }: { by?: unknown; reason?: unknown }): Partial<SaidWord> {
  const [said, why] = [by, reason].map((value) => (typeof value === 'string' ? cutText(value, LONGEST_WORD) : ''));
  return {
    ...(said && {
      by: said,
    }),
    ...(why && {
      reason: why,
    }),
  };
}

/** A weight, also as text; undefined: none was given; null: it is none. */
function readStep(step: unknown): number | null | undefined {
  if (step === undefined || step === null) return undefined;
  const text = typeof step === 'string' || typeof step === 'number' ? String(step).trim() : '';
  return /^\d{1,3}( ?%)?$/.test(text) ? Number.parseInt(text, 10) : null;
}

function listNoTexts({ by, reason }: Record<string, unknown>): string[] {
  return Object.entries({
    by,
    reason,
  })
    .filter(([, value]) => value !== undefined && value !== null && typeof value !== 'string')
    .map(([key, value]) => `"${key}" is ${describeKind(value)}, not a text`);
}

function listStrangers(word: Record<string, unknown>): string[] {
  const [stranger] = Object.keys(word).filter((key) => !KEYS.includes(key));
  if (stranger === undefined) return [];
  return [`"${cutText(stranger, LONGEST_KEY)}" is none of ${KEYS.join(', ')}`];
}

function describeKind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (ArrayBuffer.isView(value)) return 'bytes';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
