import { gauge, handover, STORE_API, type Store } from '../../src/analysis/store';
import { answersOf, refusalOf, scriptOf } from '../../src/activities/probe/question';

test.each<[Store, string, number[]]>([
  [
    'mimir',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1764072000,"1764071990.5"]}]}}',
    [1_764_071_990_500],
  ],
  ['mimir', '{"status":"success","data":{"resultType":"vector","result":[]}}', []],
  [
    'loki',
    '{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1764071990500000000","x"]]}],"stats":{}}}',
    [1_764_071_990_500],
  ],
  [
    'tempo',
    '{"traces":[{"traceID":"1","startTimeUnixNano":"1764071990500000000","durationMs":3}],"metrics":{}}',
    [1_764_071_990_500],
  ],
  ['tempo', '{"traces":[],"metrics":{}}', []],
  [
    'pyroscope',
    '{"dataIngested":true,"oldestProfileTime":"1","newestProfileTime":"1764071990500"}',
    [1_764_071_990_500],
  ],
  ['pyroscope', '{"series":[{"points":[{"value":3,"timestamp":"1764071990500"}]}]}', [1_764_071_990_500]],
  ['pyroscope', '{}', []],
])('a body of %s names its times: %s', (store, body, times) => {
  expect(STORE_API[store].times(body)).toEqual(times);
});

test('a gauge is summed over its labels, and one that is absent is no zero', () => {
  const text = '# TYPE a gauge\na{type="x"} 2\na{type="y, z"} 3e1\nab 9\n';
  expect([gauge(text, 'a'), gauge(text, 'b')]).toEqual([32, undefined]);
});

test('a gap is never invented: 0 where both sides overlap, null where one is unknown', () => {
  const [late, soon, none] = ['2026-01-05T10:00:00.000Z', '2026-01-05T09:00:00.000Z', null];
  const of = (old: string | null, first: string | null) =>
    handover([{ service: 'loki', at: old, note: 'silent' }], [{ service: 'loki', at: first, note: 'mute' }])[0];
  expect(of(late, soon)).toMatchObject({ gapSeconds: 0, note: 'both sides took in for 3600 s' });
  expect(of(soon, late)).toMatchObject({ gapSeconds: 3600, note: '' });
  expect(of(none, late)).toMatchObject({ gapSeconds: null, note: 'old: silent' });
  expect(of(soon, none)).toMatchObject({ gapSeconds: null, note: 'new: mute' });
  expect(handover([], [{ service: 'loki', at: late, note: '' }])[0]).toMatchObject({
    gapSeconds: null,
    note: 'old: no host was asked',
  });
});

test('every question of a script has its answer, or a reason', () => {
  const answers = answersOf(
    '{"a":1}\n-- answer 200 mimir 0\ncurl: (7) refused\n\n-- answer 000 loki 0\nno org id\n-- answer 401 tempo 0\n',
  );
  expect(answers.get('mimir 0')).toEqual({ code: 200, body: '{"a":1}' });
  expect(['mimir 0', 'loki 0', 'tempo 0', 'other'].map((key) => refusalOf(answers.get(key)))).toEqual([
    undefined,
    'curl: (7) refused',
    'answered 401: no org id',
    'no answer',
  ]);
  expect(() => scriptOf([{ key: 'a', url: "http://x/'; reboot; '" }])).toThrow('holds a quote');
});

test('no question to a store needs quotes of its own', () => {
  const now = new Date('2026-01-05T10:00:00Z');
  const requests = Object.values(STORE_API).flatMap(({ newest, first }) => [
    ...newest(now),
    ...first(new Date('2026-01-05T09:00:00Z'), now),
  ]);
  expect(() =>
    scriptOf(
      requests.map(({ path, post }, index) => ({
        key: String(index),
        url: `http://x${path}`,
        ...(post ? { post } : {}),
      })),
    ),
  ).not.toThrow();
});
