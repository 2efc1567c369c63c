import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Waiting } from '../../../src/contract/status';
import { isUnreadable } from '../../../src/contract/unreadable';
import { VERB_NAMES } from '../../../src/contract/verbs';
import { payloadConverter } from '../../../src/temporal/payload-converter';
import { Control, type Situation } from '../../../src/workflows/engine/control';
import { readWord, type SaidWord } from '../../../src/workflows/engine/word';
import { describeProperty, type InputProperty } from './property';
import { hostileText, hostileValue } from './values';

/** Characters that are kept of a text, beside what says that it was cut. */
const LONGEST_TEXT = 1000;
const CUT = /… \(cut, \d+ characters\)$/;
const TEXT_KEYS = ['by', 'reason', 'question', 'what'];
const KEYS = [...TEXT_KEYS, 'step'];
const QUESTION = {
  id: '1-0000beef',
  isGrave: true,
};

const anyStep = fc.oneof(
  fc.integer(),
  fc.nat(120).map(String),
  fc.nat(120).map((step) => ` ${step} % `),
  hostileValue,
);

/** What a word should be made of, and what it should not. */
const wordLike = fc.record(
  {
    by: fc.oneof(fc.string(), hostileValue),
    reason: fc.oneof(fc.string(), fc.constant('r'.repeat(1_000_000)), hostileValue),
    question: fc.oneof(fc.constant(QUESTION.id), hostileValue),
    what: hostileValue,
    step: anyStep,
    stranger: hostileValue,
  },
  {
    requiredKeys: [],
  },
);

/** Whatever a program can hand to the converter. */
const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** What the converter can make of a payload. */
const received = fc.anything({
  withNullPrototype: true,
  withObjectString: true,
  withTypedArray: true,
});

const anyWord: fc.Arbitrary<unknown> = fc.oneof(
  wordLike,
  wordLike,
  hostileValue,
  received,
  fc.record({
    unreadable: hostileText,
  }),
);

/** Whether a word can be read, said otherwise than the product says it. */
function isReadable(word: unknown): boolean {
  if (word === undefined || word === null || typeof word === 'string') return true;
  const kind = Object.prototype.toString.call(word);
  if (kind !== '[object Object]' || 'unreadable' in (word as object)) return false;
  return Object.entries(word as object).every(([key, value]) => isReadablePart(key, value));
}

function isReadablePart(key: string, value: unknown): boolean {
  if (!KEYS.includes(key)) return false;
  if (value === null || value === undefined) return true;
  if (key !== 'step') return typeof value === 'string';
  const isText = typeof value === 'string' || typeof value === 'number';
  return isText && /^\s*\d{1,3}( ?%)?\s*$/.test(String(value));
}

function judgeShape(word: SaidWord): void {
  for (const [key, value] of Object.entries(word)) {
    const isText = key === 'unread' || TEXT_KEYS.includes(key);
    if (isText) judgeText(key, value);
    else if (key !== 'step' || !Number.isInteger(value)) throw new Error(`${key} is ${String(value)}`);
  }
}

function judgeText(key: string, value: unknown): void {
  if (typeof value !== 'string') throw new Error(`${key} is a ${typeof value}`);
  const kept = value.replace(CUT, '').length;
  if (kept > LONGEST_TEXT) throw new Error(`${key} has ${value.length} characters`);
  if (/[\p{Cc}\p{Surrogate}]/u.test(value)) throw new Error(`${key} is not one line of text: ${JSON.stringify(value)}`);
}

const waiting = (reason: Waiting['for']): Waiting => ({
  for: reason,
  what: reason,
  since: '',
  verbs: [],
  question: QUESTION,
});

function situation(change: Partial<Situation>): Situation {
  return {
    kind: 'migration',
    waiting: waiting('approval'),
    asked: waiting('approval'),
    isRollingBack: false,
    hasEnded: false,
    irreversible: null,
    weight: 50,
    description: 'shift at 50 %',
    ...change,
  };
}

/** What a run may stand in, as far as it changes which words are taken. */
const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    isRollingBack: fc.boolean(),
    hasEnded: fc.boolean(),
    weight: fc.constantFrom(0, 10, 50, 100),
    waiting: fc.constantFrom<Waiting | null>(
      null,
      ...(['approval', 'retry', 'host', 'bake', 'resume'] as const).map(waiting),
    ),
  })
  .map(situation);

/** @throws where a word is taken that approves what nobody can have meant */
function judgeTaking(said: unknown, now: Situation): void {
  const control = new Control(() => now);
  const word = readWord(said);
  for (const verb of VERB_NAMES) {
    const refusal = control.refuse(verb, word);
    if (refusal !== null) continue;
    control.take({
      verb,
      ...word,
    });
  }
  if (control.approved === null) return;
  if (!isReadable(said)) throw new Error('it can not be read, and has approved');
  if (word.question !== QUESTION.id) throw new Error('it does not name the question, and has approved');
}

const KIND = 'M6 words';

const bytes = fc.uint8Array({
  maxLength: 60,
});

/** By name, and by what else may stand there. */
const encoding = fc.oneof(
  fc
    .constantFrom(
      'json/plain',
      'json/protobuf',
      'binary/plain',
      'binary/protobuf',
      'binary/null',
      'binary/encrypted',
      '',
    )
    .map((name) => Buffer.from(name)),
  bytes,
);

const payload = fc.record(
  {
    metadata: fc.oneof(
      fc.record(
        {
          encoding,
          messageType: bytes,
          type: bytes,
        },
        {
          requiredKeys: [],
        },
      ),
      fc.constantFrom(null, undefined, {}),
    ),
    data: fc.oneof(
      bytes,
      fc.constantFrom(null, undefined),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text.slice(1))),
    ),
  },
  {
    requiredKeys: [],
  },
);

export const WORD_PROPERTIES: readonly InputProperty[] = [
  describeProperty(KIND, 'every word is read as short texts of one line and a step', anyWord, (said) => {
    judgeShape(readWord(said));
  }),
  describeProperty(KIND, 'of a word is told that it can not be read, exactly where it can not', anyWord, (said) => {
    const { unread } = readWord(said);
    if ((unread === undefined) !== isReadable(said)) throw new Error(`readable: ${isReadable(said)}, told: ${unread}`);
  }),
  describeProperty(KIND, 'a step is the same as a number and as a text', fc.nat(999), (step) => {
    const spellings = [step, String(step), `${step}%`, ` ${step} % `];
    const read = spellings.map((spelling) => readWord({ step: spelling }).step);
    if (read.some((each) => each !== step)) throw new Error(`${JSON.stringify(spellings)} is read as ${read.join()}`);
  }),
  describeProperty(
    KIND,
    'what can not be read approves nothing, whatever a run stands in',
    fc.tuple(anyWord, anySituation),
    ([said, now]) => judgeTaking(said, now),
  ),
  describeProperty(
    KIND,
    'no payload makes the converter throw, and what it makes of one is a word',
    payload,
    (sent) => {
      judgeShape(readWord(payloadConverter.fromPayload(sent as Parameters<typeof payloadConverter.fromPayload>[0])));
    },
  ),
  describeProperty(KIND, 'no value makes the converter throw, and it reads what it wrote', anything, (value) => {
    judgeReading(value, payloadConverter.fromPayload(payloadConverter.toPayload(value)));
  }),
];

/** What JSON can't hold is told as that; anything else is there as JSON has it, and bytes as they were. */
function judgeReading(written: unknown, read: unknown): void {
  const isWhole = isDeepStrictEqual(read, expectReading(written));
  const isTold = isUnreadable(read);
  if (!isWhole && !(isTold && !isJson(written))) throw new Error(`${inspect(written)} is read as ${inspect(read)}`);
}

function expectReading(written: unknown): unknown {
  if (written === undefined || written === null || written instanceof Uint8Array) return written;
  return isJson(written) ? JSON.parse(JSON.stringify(written)) : undefined;
}

/** A value of which JSON makes a text. */
function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
