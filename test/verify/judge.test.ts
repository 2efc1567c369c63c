import { storeOf, type StoreName } from '../../src/stores';
import { listRows } from '../../src/stores/table';
import { judge, type Moment } from '../../verify/judge';
import { readAnswer } from './plays';

const NOW = Date.parse('2026-11-25T21:11:00Z');
const SENT = {
  since: NOW - 60_000,
  until: NOW,
};
const PAGE = 'go_goroutines 1\n';

/** What is wrong with an answer to a row; undefined: nothing. */
function complainOf(store: StoreName, name: string, body: string, moment: Moment = 'later'): string | undefined {
  const rows = listRows(new Date(NOW), new Date(NOW));
  const row = rows.find((each) => each.store === store && each.name === name)!;
  try {
    judge({ row, moment, sent: SENT, answer: { status: 200, headers: '', body } });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('a configuration that is none, or that has the data elsewhere, differs', () => {
  const real = readAnswer('loki', 'configuration')!;
  expect(complainOf('loki', 'configuration', real)).toBeUndefined();
  expect(complainOf('loki', 'configuration', '<html>')).toMatch(/^expected a configuration, came 200 "<html>"/);
  expect(complainOf('loki', 'configuration', real.replaceAll('sys-lgtm-s3', 'other'))).toMatch(
    /^expected data in s3 sys-lgtm-s3 loki, came s3 other loki/,
  );
});

test('a page without the counter that rises differs after a flush, and not before it', () => {
  expect(complainOf('loki', 'metrics', PAGE, 'before')).toBeUndefined();
  expect(complainOf('loki', 'metrics', PAGE, 'flushed')).toBe(
    'expected loki_ingester_chunks_stored_total, which the page does not have',
  );
  expect(complainOf('loki', 'metrics', '<html>', 'before')).toMatch(/^expected a page of metrics/);
});

test('a gauge that is only late must be there once what was sent can be read', () => {
  const { held } = storeOf('tempo').metrics;
  expect(complainOf('tempo', 'metrics', PAGE)).toContain(held[0]!.name);
  expect(complainOf('tempo', 'metrics', `${PAGE}${readAnswer('tempo', 'metrics.later')!}`)).toBeUndefined();
});

test('a ring in HTML, or with a member more, differs', () => {
  const member = '{"state":"ACTIVE"}';
  expect(complainOf('mimir', 'ring', `{"shards":[${member}]}`)).toBeUndefined();
  expect(complainOf('mimir', 'ring', '<td>ACTIVE</td>')).toMatch(/^expected one active member, came 0 /);
  expect(complainOf('mimir', 'ring', `{"shards":[${member},${member}]}`)).toMatch(/, came 2 /);
});

test('a time in another unit differs; no time at all may be that of a narrow window', () => {
  const answer = (time: number) => JSON.stringify({ newestProfileTime: String(time) });
  expect(complainOf('pyroscope', 'newest', answer(NOW - 1000))).toBeUndefined();
  expect(complainOf('pyroscope', 'newest', answer(NOW / 1000))).toMatch(/^expected a time between 2026-11-25T21:10/);
  expect(complainOf('pyroscope', 'newest', '{}')).toBeUndefined();
  expect(complainOf('pyroscope', 'newest', 'gateway timeout')).toMatch(/^expected times, came 200 "gateway timeout"/);
});
