import { explainRefusal, readAnswers, writeScript } from '../../../src/activities/probe/script';

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
  expect(answers.get('mimir 0')).toEqual({ code: 200, body: '{"a":1}' });
  const refusals = ['mimir 0', 'loki 0', 'tempo 0', 'other'].map((key) => explainRefusal(answers.get(key)));
  expect(refusals).toEqual([undefined, 'curl: (7) refused', 'answered 401: no org id', 'no answer']);
});

test('a question that would leave its quotes is refused', () => {
  expect(() => writeScript([{ key: 'a', url: "http://x/'; reboot; '" }])).toThrow('holds a quote');
});
