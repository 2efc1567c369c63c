import { STORE_NAMES, storeOf, type StoreName } from '../../src/stores';
import { readTimes } from '../../src/stores/times';

const NOW = new Date('2026-01-05T10:00:00Z');
/** 2025-11-25T12:13:10.5Z in the ways that the stores write it */
const TIME = 1_764_071_990_500;
const NANOSECONDS = '1764071990500000000';

const mimirAnswer = (result: object[]) => ({
  status: 'success',
  data: {
    resultType: 'vector',
    result,
  },
});

test.each<[StoreName, object, number[]]>([
  [
    'mimir',
    mimirAnswer([
      {
        metric: {},
        value: [1_764_072_000, '1764071990.5'],
      },
    ]),
    [TIME],
  ],
  ['mimir', mimirAnswer([]), []],
  [
    'loki',
    {
      data: {
        result: [
          {
            stream: {},
            values: [[NANOSECONDS, 'x']],
          },
        ],
        stats: {},
      },
    },
    [TIME],
  ],
  [
    'tempo',
    {
      traces: [
        {
          traceID: '1',
          startTimeUnixNano: NANOSECONDS,
          durationMs: 3,
        },
      ],
      metrics: {},
    },
    [TIME],
  ],
  [
    'tempo',
    {
      traces: [],
      metrics: {},
    },
    [],
  ],
  [
    'pyroscope',
    {
      dataIngested: true,
      oldestProfileTime: '1',
      newestProfileTime: String(TIME),
    },
    [TIME],
  ],
  [
    'pyroscope',
    {
      series: [
        {
          points: [
            {
              value: 3,
              timestamp: String(TIME),
            },
          ],
        },
      ],
    },
    [TIME],
  ],
  ['pyroscope', {}, []],
  ['pyroscope', { newestProfileTime: '0' }, []],
  // in another unit: no moment of which a date can be made
  ['pyroscope', { newestProfileTime: NANOSECONDS }, []],
])('a body of %s names its times: %j', (store, body, times) => {
  expect(readTimes(storeOf(store).times, JSON.stringify(body))).toEqual(times);
});

test('a line that looks like times names none', () => {
  const line = `at ["${NANOSECONDS}", "value":[1,"2"], "startTimeUnixNano":"${NANOSECONDS}"`;
  const body = { data: { result: [{ stream: { line }, values: [[`${NANOSECONDS}`, line]] }] } };
  expect(readTimes(storeOf('loki').times, JSON.stringify(body))).toEqual([TIME]);
});

test.each(STORE_NAMES)('%s is asked for nothing that is later than now', (name) => {
  const soon = new Date(NOW.getTime() - 1000);
  const ends = storeOf(name)
    .first.ask(soon, NOW)
    .flatMap(({ path }) => /[?&](?:end|time)=(\d+)/.exec(path)?.[1] ?? []);
  for (const end of ends) expect(Number(end)).toBeLessThanOrEqual(NOW.getTime() / 1000 + 1);
});
