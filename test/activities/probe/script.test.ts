import { spawnSync } from 'node:child_process';
import { explainRefusal, readAnswers, writeScript, type HttpQuestion } from '../../../src/activities/probe/script';
import { STORE_NAMES, storeOf } from '../../../src/stores';
import { readTimes } from '../../../src/stores/times';
import { listAnswers } from '../../stores/answers';

/** A curl that answers with `$BODY` and `$CODE`, and with a body of its own at /second. */
const CURL = `curl() {
  for word in "$@"; do case $word in http*) url=$word;; *answer*) mark=$word;; esac; done
  case $url in */second) body='"value":1';; *) body=$BODY;; esac
  printf '%s' "$body"
  printf "$(printf '%s' "$mark" | sed "s/%{http_code}/$CODE/")"
}
`;

function ask(questions: HttpQuestion[], body: string, code = '200') {
  const { stdout, stderr } = spawnSync('sh', ['-c', `${CURL}${writeScript(questions)}`], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      BODY: body,
      CODE: code,
    },
  });
  expect(stderr).toBe('');
  return {
    stdout,
    answers: readAnswers(stdout),
  };
}

const question = (key: string, only: string, isEnough = false, path = '/first'): HttpQuestion => ({
  key,
  origin: 'http://x',
  request: { path },
  only,
  isEnough,
});

const PRINTED = [
  '{"a":1}',
  '-- answer 200 mimir 0',
  'curl: (7) refused',
  '',
  '-- answer 000 loki 0',
  'no org id',
  '-- answer 401 tempo 0',
  '',
].join('\n');

test('every question of a script has its answer, or a reason', () => {
  const answers = readAnswers(PRINTED);
  expect(answers.get('mimir 0')).toEqual({
    code: 200,
    body: '{"a":1}',
  });
  const refusals = ['mimir 0', 'loki 0', 'tempo 0', 'other'].map((key) => explainRefusal(answers.get(key)));
  expect(refusals).toEqual([undefined, 'curl: (7) refused', 'answered 401: no org id', 'no answer']);
});

test('what stands in a question can not leave its quotes', () => {
  const { answers } = ask([question('a', "it's; echo out")], "it's; echo out of here");
  expect([...answers]).toEqual([
    [
      'a',
      {
        code: 200,
        body: "it's; echo out",
      },
    ],
  ]);
});

test('once an answer is enough its service is asked nothing more, and the others still are', () => {
  const chain = (only: string, isEnough: boolean) =>
    ['/first', '/second', '/third'].map((path, index) => question(`mimir ${index}`, only, isEnough && index < 2, path));
  const asked = (only: string, isEnough: boolean) => [
    ...ask([...chain(only, isEnough), question('loki 0', only)], 'nothing').answers.keys(),
  ];
  expect(asked('"value":', true)).toEqual(['mimir 0', 'mimir 1', 'loki 0']);
  expect(asked('"never":', true)).toEqual(['mimir 0', 'mimir 1', 'mimir 2', 'loki 0']);
  expect(asked('"value":', false)).toEqual(['mimir 0', 'mimir 1', 'mimir 2', 'loki 0']);
});

test('of an answer that is none only its beginning leaves the place, behind its code', () => {
  const page = Array.from({ length: 50 }, (_, line) => `<p>line ${line} ${'x'.repeat(500)}</p>`).join('\n');
  const { stdout, answers } = ask([question('mimir 0', '"value":')], page, '502');
  expect(stdout.length).toBeLessThan(700);
  expect(explainRefusal(answers.get('mimir 0'))).toMatch(/^answered 502: <p>line 0 x+$/);
});

test('of a whole that SSM would cut only the times leave the host, and no line of a user', () => {
  const line = `card 4111 1111 1111 1111 ${'x'.repeat(60_000)}`;
  const body = JSON.stringify({
    data: {
      result: [
        {
          stream: {},
          values: [['1764071990500000000', line]],
        },
      ],
    },
  });
  const { times } = storeOf('loki');
  const { stdout, answers } = ask([question('loki 0', times.pattern), question('tempo 0', '"n":')], body);
  expect(stdout).not.toMatch(/card|xxxx{200}/);
  expect(readTimes(times, answers.get('loki 0')!.body)).toEqual([1_764_071_990_500]);
});

for (const store of STORE_NAMES) {
  test(`what ${store} answers names the same times where it was cut to them`, () => {
    const { times } = storeOf(store);
    const answers = listAnswers('times').filter((answer) => answer.store === store);
    for (const { name, body } of answers) {
      const cut = ask([question('it', times.pattern)], body).answers.get('it')!.body;
      expect([name, readTimes(times, cut)]).toEqual([name, readTimes(times, body)]);
    }
  });
}
