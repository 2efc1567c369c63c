import { listProblems } from '../findings';
import { writeFolder } from '../folder';

const problemsOf = (text: string, more: Record<string, string> = {}) =>
  listProblems(
    writeFolder({
      'compose.yaml': text,
      ...more,
    }),
  );

test.each([
  ['services: { mimir: { image: { <<: null } } }', /^compose\.yaml:1 {2}Merge sources must be maps/],
  ['services: { mimir: &all { x-all: *all } }', /^compose\.yaml:1 {2}has an alias within what it means; write it out$/],
  ['services: { mimir: { image: *none } }', /^compose\.yaml:1 {2}Unresolved alias/],
  [`services: ${'['.repeat(100_000)}`, /^compose\.yaml:1 {2}(is nested too deeply|Maximum call stack)/],
  ['{ version: { toString: 1 }, services: {} }', /^compose\.yaml:1 {2}version {3}is a mapping; it must be string$/],
  ['services: { a: { ports: [{}, { toString: 1 }] } }', /^compose\.yaml:1 {2}has a key toString in a list/],
  ['include: "\\0"', /^compose\.yaml:1 {2}.* can't be read; put it into the folder$/],
])('what is none of Compose is refused with its line: %#', (text, sentence) => {
  expect(problemsOf(text)).toContainEqual(expect.stringMatching(sentence));
});

test('of a name that is a whole file the beginning is shown', () => {
  const [problem = ''] = problemsOf(`services: { a: { image: x, extends: ${'y'.repeat(5000)} } }`);
  expect(problem.length).toBeLessThan(500);
});

test('an env file with a name that is no name is read', () => {
  const variables = {
    '.env': '[2J#x\nA[=1\nREGION=eu-west-1\n',
  };
  expect(problemsOf('services: { a: { image: "x:${REGION}" } }', variables)).toEqual([]);
});
