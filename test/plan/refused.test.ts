import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listProblems, SHORT } from './plan';

function readFixture(name: string): string {
  const file = join(__dirname, 'fixtures', name);
  return readFileSync(file, 'utf8');
}

const CHAPTERS = readFixture('refused.txt').split(/^# /m).slice(1);
const WITHOUT_SOURCE = SHORT.replace(/source:[^]*/, '');

/** What a short plan says as well, and the sentences that it is answered with. */
function readCase(paragraph: string): [more: string, sentences: string[]] {
  const lines = paragraph.trim().split('\n');
  const more = lines.filter((line) => !line.startsWith('→'));
  const sentences = lines.filter((line) => line.startsWith('→'));
  return [more.join('\n'), sentences.map((line) => line.slice(2))];
}

const withoutLine = (problem: string) => problem.replace(/^migration\.yaml:\d+ {2}/, '');

describe.each(CHAPTERS.map((chapter) => chapter.split('\n\n')))('%s is refused', (_title, ...paragraphs) => {
  const cases = paragraphs.filter((paragraph) => paragraph.trim() !== '').map(readCase);

  test.each(cases)('%s', (more, sentences) => {
    const problems = listProblems(`${SHORT}${more}\n`);
    expect(problems.map(withoutLine)).toEqual(sentences);
  });
});

test('so is a certificate that is only the beginning of one', () => {
  const text = SHORT.replace(/certificate: .*/, 'certificate: "arn:aws:acm:\\nx"');
  expect(listProblems(text)).toEqual([
    'migration.yaml:4  certificate   "arn:aws:acm:\\nx" is not the ARN of an ACM certificate',
  ]);
});

const OPEN = [
  'GF_AUTH_GENERIC_OAUTH_TOKEN_URL: https://example.com/token',
  'GF_DATABASE_PASSWORD__FILE: /run/secrets/password',
  'GF_DATABASE_PASSWORD: "$__file{/run/secrets/password}"',
  'DISABLE_TOKENS: "true"',
  'TOKEN_TTL: 3600s',
  'DB_PASSWORD: ""',
];

test.each(OPEN)('%s is no secret', (variable) => {
  const more = `services: { grafana: { environment: { ${variable} } } }`;
  expect(listProblems(SHORT + more)).toEqual([]);
});

test('a path with a question is taken', () => {
  const more = 'services: { mimir: { ring: { path: "/ring?format=json" } } }';
  expect(listProblems(SHORT + more)).toEqual([]);
});

describe('a file that is not meant to be a plan ends in a sentence', () => {
  const UNFOLDS = expect.stringMatching(
    /^migration\.yaml:\d+ {2}\(the whole file\) {3}its aliases unfold to too much; /,
  );

  test('one text of 10 MB', () => {
    const text = `${SHORT}bucket: ${'x'.repeat(10_000_000)}\n`;
    expect(listProblems(text)).toEqual([
      'migration.yaml:8  (the whole file)   ' +
        'has 10,000,211 characters, the most of them on this line; ' +
        'a plan has at most 262,144',
    ]);
  });

  test('lists of lists, by aliases of aliases', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const lists = names.map((name, index) => {
      const below = names[index - 1];
      const item = below ? `*${below}` : 'x';
      return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
    });
    const text = SHORT + lists.join('\n');
    expect(listProblems(text)).toEqual([UNFOLDS]);
  });

  test('few aliases of much', () => {
    const big = 'x'.repeat(100_000);
    const text = `${SHORT}big: &big "${big}"\nlist: [*big, *big, *big]\n`;
    expect(listProblems(text)).toEqual([UNFOLDS]);
  });

  test('brackets in brackets', () => {
    const text = `${SHORT}bucket: ${'['.repeat(100_000)}`;
    const [problem = ''] = listProblems(text);
    expect(problem).toMatch(/^migration\.yaml:8 {2}/);
    expect(problem.length).toBeLessThan(200);
  });

  test.each([
    ['', 'null'],
    ['[]', '[]'],
  ])('"%s"', (text, shown) => {
    expect(listProblems(text)).toEqual([`migration.yaml:1  (the whole file)   ${shown} is not an object`]);
  });

  test('a thousand unknown keys: the first fifty are named', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `zzzzzzzzzz${index}: 1`);
    const problems = listProblems(SHORT + keys.join('\n'));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('and 950 more');
  });
});

describe('what is long is shown by its beginning', () => {
  const long = 'y '.repeat(5_000);
  const lines = readFixture('long.txt').trim().split('\n');

  test.each(lines)('%s', (line) => {
    const more = line.replaceAll('LONG', long);
    const problems = listProblems(`${WITHOUT_SOURCE}${more}\n`);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.length).toBeLessThan(300);
  });
});
