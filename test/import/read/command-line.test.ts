import { readWords } from '../../../src/import/read/command-line';

const PLACE = { file: 'compose.yaml', line: 1 };

function splitWords(line: unknown): string[] {
  const words = readWords(line, () => PLACE);
  return words.map((word) => word.value);
}

test('blanks split a line, however many there are', () => {
  const words = splitWords('a  b');
  expect(words).toEqual(['a', 'b']);
});

test('quotes hold together what is in them, other quotes too', () => {
  const words = splitWords(`sh -c "a 'b' c"`);
  expect(words).toEqual(['sh', '-c', "a 'b' c"]);
});

test('what stands next to a quote is of the same word', () => {
  const words = splitWords("-target='all,ruler'");
  expect(words).toEqual(['-target=all,ruler']);
});

test('a list is not split', () => {
  const words = splitWords(['a b', 3]);
  expect(words).toEqual(['a b', '3']);
});
