import { sumAmounts } from '../../../src/activities/probe/memory';
import type { HttpAnswer } from '../../../src/activities/probe/script';

const ADDRESSES = ['10.0.1.7', '10.0.1.8'];
const TEMPO = {
  service: 'tempo',
  store: 'tempo',
  port: 3200,
  addresses: ADDRESSES,
} as const;

/** The amount of Tempo where its two tasks answer so. */
function sum(...pages: (string | undefined)[]) {
  const answers = pages.flatMap((body, index): [string, HttpAnswer][] =>
    body === undefined ? [] : [[`tempo ${ADDRESSES[index]}`, { code: 200, body }]],
  );
  return sumAmounts({ ...TEMPO, addresses: [...ADDRESSES] }, new Map(answers));
}

const page = (version: string, ...lines: string[]) =>
  [`tempo_build_info{goversion="go1.26.8",version="${version}"} 1`, ...lines, 'go_goroutines 31'].join('\n');

test('what is in memory is summed over the tasks, and a gauge that is not there yet is 0', () => {
  expect(sum(page('2.10.8', 'tempo_ingester_live_traces{tenant="a"} 7'), page('2.10.8'))).toMatchObject({
    amount: 7,
    unit: 'traces',
  });
});

test('a version that counts otherwise has no figure, and not none in memory', () => {
  expect(sum(page('2.10.8'), page('3.0.3'))).toMatchObject({
    amount: null,
    note: 'it is tempo 3.0.3, which counts otherwise since 3.0.0',
  });
});

test('a program that was built without a version is read as the versions that are known', () => {
  expect(sum(page(''), page('')).amount).toBe(0);
});

test('one task that does not say leaves the amount unknown', () => {
  expect(sum(page('2.10.8'), undefined)).toMatchObject({
    amount: null,
    note: 'no answer',
  });
});
