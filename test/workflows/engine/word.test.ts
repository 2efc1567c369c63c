import { cutText } from '../../../src/workflows/engine/text';
import { readWord } from '../../../src/workflows/engine/word';

const BARE = {
  by: 'someone',
  reason: 'no reason given',
};
const CYCLE: Record<string, unknown> = {};
CYCLE['by'] = CYCLE;

test.each([
  undefined,
  null,
  {},
  {
    by: null,
    reason: '',
    step: null,
  },
])('%j says neither who nor why', (said) => {
  expect(readWord(said)).toEqual(BARE);
});

test('a bare text is a reason', () => {
  expect(readWord('yes')).toEqual({
    ...BARE,
    reason: 'yes',
  });
});

test.each([10, '10', ' 10 % ', '10%'])('%j is the step of 10 %%', (step) => {
  expect(
    readWord({
      step,
    }),
  ).toEqual({
    ...BARE,
    step: 10,
  });
});

test.each([
  [[], 'it is a list'],
  [7, 'it is a number'],
  [new Uint8Array(3), 'it is bytes'],
  [
    {
      unreadable: 'Unknown encoding: json/protobuf',
    },
    'Unknown encoding: json/protobuf',
  ],
  [
    {
      by: {
        toString: 1,
      },
    },
    '"by" is an object, not a text',
  ],
  [CYCLE, '"by" is an object, not a text'],
  [
    {
      reason: ['a'],
    },
    '"reason" is a list, not a text',
  ],
  [
    {
      step: 'ten',
    },
    '"step" is a string, not a weight',
  ],
  [
    {
      step: -1,
    },
    '"step" is a number, not a weight',
  ],
  [
    {
      step: 10.5,
    },
    '"step" is a number, not a weight',
  ],
  [
    {
      stpe: 10,
    },
    '"stpe" is none of by, reason, step, question, what',
  ],
  [JSON.parse('{"__proto__":{"by":"x"}}'), '"__proto__" is none of by, reason, step, question, what'],
])('of %j is told what cannot be read', (said, unread) => {
  const word = readWord(said);
  expect(word.unread).toBe(unread);
  expect(word.reason).toContain(unread);
});

test('what can be read of a word is kept beside what can not', () => {
  expect(
    readWord({
      by: 'kim',
      reason: 'seen',
      step: {},
    }),
  ).toEqual({
    by: 'kim',
    reason: 'seen',
    unread: '"step" is an object, not a weight',
  });
});

test('a text is one line, and says that it was cut', () => {
  expect(cutText('a\r\n\u001b[2Jb\ud800')).toBe('a [2Jb');
  expect(cutText('abcdef', 3)).toBe('abc… (cut, 6 characters)');
  expect(cutText('ab😀', 3)).toBe('ab… (cut, 4 characters)');
});
