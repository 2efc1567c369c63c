import { interpolate } from '../../../src/import/read/interpolate';

const VARIABLES: Record<string, string> = {
  A: 'a',
  EMPTY: '',
};

interface Result {
  value: string;
  complaints: string[];
  unset: string[];
}

function replace(text: string): Result {
  const complaints: string[] = [];
  const unset: string[] = [];
  const value = interpolate(
    text,
    (name) => VARIABLES[name],
    (complaint) => complaints.push(complaint),
    (name) => unset.push(name),
  );
  return { value, complaints, unset };
}

test.each([
  { text: '$A', value: 'a' },
  { text: '${A}', value: 'a' },
  { text: '${A:-x}', value: 'a' },
  { text: '${B:-x}', value: 'x' },
  { text: '${EMPTY:-x}', value: 'x' },
  { text: '${EMPTY-x}', value: '' },
  { text: '${B-x}', value: 'x' },
  { text: '${A:+y}', value: 'y' },
  { text: '${B:+y}', value: '' },
  { text: '${EMPTY+y}', value: 'y' },
  { text: '${EMPTY:+y}', value: '' },
  { text: '${EMPTY?why}', value: '' },
  { text: '${B:-${A}-${C:-z}}', value: 'a-z' },
  { text: '$$A', value: '$A' },
])('$text means what Compose says it means', ({ text, value }) => {
  expect(replace(text)).toEqual({
    value,
    complaints: [],
    unset: [],
  });
});

test('a variable that is required and not set is named with its reason', () => {
  const { complaints } = replace('${B:?the bucket}');
  const [complaint] = complaints;
  expect(complaint).toMatch(/^B is required and not set: the bucket; set it in/);
});

test.each([
  '${1x}',
  '${A',
  '${}', // no name
])('%s is no variable', (text) => {
  const { value, complaints } = replace(text);
  const complaint = `"${text}" is no variable; write $$ for a dollar sign`;
  expect(value).toBe(text);
  expect(complaints).toEqual([complaint]);
});

test('a variable that is set nowhere becomes an empty string, which is told', () => {
  const { value, unset } = replace('${B}!');
  expect(value).toBe('!');
  expect(unset).toEqual(['B']);
});
