import type { StoreName } from '../../src/stores';
import { listRows, type Row } from '../../src/stores/table';
import { judge, type Moment } from '../../verify/judge';
import { readAnswer } from './plays';

const NOW = Date.parse('2026-11-25T21:11:00Z');
const SENT = {
  since: NOW - 60_000,
  until: NOW,
};
const PAGE = 'go_goroutines 1\n';
const ROWS = listRows(new Date(NOW), new Date(NOW));

/** A row, and the complaint about an answer to it; undefined: it holds. */
class Asked {
  private readonly row: Row;

  constructor(store: StoreName, name: string) {
    const ofStore = ROWS.filter((row) => row.store === store);
    this.row = ofStore.find((row) => row.name === name)!;
  }

  complaint(body: string, moment: Moment = 'later'): string | undefined {
    const answer = {
      status: 200,
      headers: '',
      body,
    };
    try {
      judge({
        row: this.row,
        moment,
        answer,
        sent: SENT,
      });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}

describe('a configuration', () => {
  const asked = new Asked('loki', 'configuration');
  const real = readAnswer('loki', 'configuration')!;

  test('as it was recorded holds', () => {
    expect(asked.complaint(real)).toBeUndefined();
  });

  test('that is none differs', () => {
    const complaint = asked.complaint('<html>');
    expect(complaint).toMatch(/^expected a configuration, came 200 "<html>"/);
  });

  test('that has the data elsewhere differs', () => {
    const elsewhere = real.replaceAll('sys-lgtm-s3', 'other');
    const complaint = asked.complaint(elsewhere);
    expect(complaint).toMatch(/^expected data in s3 sys-lgtm-s3 loki, came s3 other loki/);
  });
});

describe('a page of metrics', () => {
  const loki = new Asked('loki', 'metrics');
  const tempo = new Asked('tempo', 'metrics');

  test('may lack the counter that rises until a flush, and not after it', () => {
    const complaint = 'expected loki_ingester_chunks_stored_total, which the page does not have';
    expect(loki.complaint(PAGE, 'before')).toBeUndefined();
    expect(loki.complaint(PAGE, 'flushed')).toBe(complaint);
  });

  test('must have what is late once what was sent can be read', () => {
    const later = readAnswer('tempo', 'metrics.later')!;
    expect(tempo.complaint(PAGE)).toContain('tempo_ingester_live_traces');
    expect(tempo.complaint(PAGE + later)).toBeUndefined();
  });

  test('that is none differs', () => {
    const complaint = loki.complaint('<html>', 'before');
    expect(complaint).toMatch(/^expected a page of metrics/);
  });
});

describe('a ring', () => {
  const asked = new Asked('mimir', 'ring');
  const member = '{"state":"ACTIVE"}';

  test('of one active member holds', () => {
    const ring = `{"shards":[${member}]}`;
    expect(asked.complaint(ring)).toBeUndefined();
  });

  test('in HTML differs', () => {
    const complaint = asked.complaint('<td>ACTIVE</td>');
    expect(complaint).toMatch(/^expected one active member, came 0 /);
  });

  test('with a member more differs', () => {
    const ring = `{"shards":[${member},${member}]}`;
    expect(asked.complaint(ring)).toMatch(/, came 2 /);
  });
});

describe('a time', () => {
  const asked = new Asked('pyroscope', 'newest');
  const answer = (time: number) => JSON.stringify({ newestProfileTime: String(time) });

  test('of what was sent holds', () => {
    const body = answer(NOW - 1000);
    expect(asked.complaint(body)).toBeUndefined();
  });

  test('in another unit differs', () => {
    const body = answer(NOW / 1000);
    expect(asked.complaint(body)).toMatch(/^expected a time of a sample, came 200/);
  });

  test('that is missing may be that of a narrow window', () => {
    expect(asked.complaint('{}')).toBeUndefined();
  });

  test('that is no JSON differs', () => {
    const complaint = asked.complaint('gateway timeout');
    expect(complaint).toMatch(/^expected JSON, came 200 "gateway timeout"/);
  });
});
