import { isUnreadable } from '../../contract/unreadable';
import type { Word } from '../../contract/verbs';
import { cutText } from './text';

/** Characters that are kept of who said a word, and of why. */
const LONGEST_WORD = 1000;
const LONGEST_KEY = 60;
/** Of why it can't be read, which stands in the reason. */
const LONGEST_UNREAD = 500;
const TEXTS = ['by', 'reason', 'question', 'what'] as const satisfies (keyof Word)[];
const KEYS: readonly string[] = ['by', 'reason', 'step', 'question', 'what'] satisfies (keyof Word)[];

/** A word as it was understood. */
export interface SaidWord {
  by: string;
  reason: string;
  step?: number;
  question?: string;
  what?: string;
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
  if (typeof from === 'string') return readMap({ reason: from });
  if (isUnreadable(from)) return markUnread(BARE, cutText(from.unreadable, LONGEST_UNREAD));
  if (!isMap(from)) return markUnread(BARE, `it is ${describeKind(from)}`);
  return readMap(from);
}

/** An object with keys, as JSON has it. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function readMap(from: Record<string, unknown>): SaidWord {
  const step = readStep(from['step']);
  const word: SaidWord = {
    ...BARE,
    ...readTexts(from),
    ...(typeof step === 'number' && { step }),
  };
  const problems = [...listNoTexts(from), ...listStrangers(from)];
  if (step === null) problems.push(`"step" is ${describeKind(from['step'])}, not a weight`);
  return problems.length === 0 ? word : markUnread(word, problems.join('; '));
}

function markUnread(word: SaidWord, unread: string): SaidWord {
  const isBare = word.reason === BARE.reason;
  const reason = isBare ? `${BARE.reason}; what came with it can't be read: ${unread}` : word.reason;
  return {
    ...word,
    reason,
    unread,
  };
}

/** The texts that there are and say something. */
function readTexts(from: Record<string, unknown>): Partial<SaidWord> {
  const texts: Partial<SaidWord> = {};
  for (const key of TEXTS) {
    const value = from[key];
    const text = typeof value === 'string' ? cutText(value, LONGEST_WORD) : '';
    if (text !== '') texts[key] = text;
  }
  return texts;
}

/** A weight, also as text; undefined: none was given; null: it is none. */
function readStep(step: unknown): number | null | undefined {
  if (step === undefined || step === null) return undefined;
  const text = typeof step === 'string' || typeof step === 'number' ? String(step).trim() : '';
  return /^\d{1,3}( ?%)?$/.test(text) ? Number.parseInt(text, 10) : null;
}

function listNoTexts(from: Record<string, unknown>): string[] {
  const wrong = TEXTS.filter((key) => {
    const value = from[key] ?? '';
    return typeof value !== 'string';
  });
  return wrong.map((key) => `"${key}" is ${describeKind(from[key])}, not a text`);
}

function listStrangers(from: Record<string, unknown>): string[] {
  const stranger = Object.keys(from).find((key) => !KEYS.includes(key));
  if (stranger === undefined) return [];
  return [`"${cutText(stranger, LONGEST_KEY)}" is none of ${KEYS.join(', ')}`];
}

function describeKind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (ArrayBuffer.isView(value)) return 'bytes';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
