import { compareReceived, describeReceived, type ReceivedLook } from '../../src/analysis/received';

const BEFORE = '2026-11-26T12:00:00.000Z';
const AFTER = '2026-11-26T13:00:00.000Z';

const lookAt = (at: string, host: number | null, ecs: number | null): ReceivedLook => ({
  at,
  totals: [
    {
      service: 'mimir',
      unit: 'samples',
      host,
      ecs,
      note: '',
    },
  ],
});

/** What is told of two looks. */
function tell(before: [host: number | null, ecs: number | null], after: [host: number | null, ecs: number | null]) {
  return compareReceived(lookAt(BEFORE, ...before), lookAt(AFTER, ...after)).map(describeReceived);
}

test('what each side received is what its counter has risen by', () => {
  expect(tell([1000, 0], [2200, 34])).toEqual(['mimir: host 1200, ECS 34 samples']);
});

test('a counter that has fallen began anew: what it has came in since', () => {
  expect(tell([1000, 500], [1000, 20])).toEqual(['mimir: host 0, ECS 20 samples']);
});

test('a side that was not known at one of the looks is not known between them', () => {
  expect(tell([null, 0], [10, null])).toEqual(['mimir: host not known, ECS not known samples']);
});

test('what a component counts at each of its ports is told by port, and only where a side knows it', () => {
  const at = (when: string, host: number, ecs: number | null): ReceivedLook => {
    const [total] = lookAt(when, host + 5, ecs).totals;
    const ports = [
      {
        port: 4317,
        host,
        ecs,
      },
      {
        port: 4318,
        host: null,
        ecs: null,
      },
    ];
    return {
      at: when,
      totals: [{ ...total!, service: 'tempo', unit: 'spans', ports }],
    };
  };
  const [received] = compareReceived(at(BEFORE, 10, 0), at(AFTER, 30, 7));
  expect(describeReceived(received!)).toBe('tempo: host 20, ECS 7 spans, of them at 4317 host 20, ECS 7');
});

test('the stretch is that between the looks', () => {
  const [received] = compareReceived(lookAt(BEFORE, 0, 0), lookAt(AFTER, 0, 0));
  expect(received).toMatchObject({
    since: BEFORE,
    until: AFTER,
  });
});
