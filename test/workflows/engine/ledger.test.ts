import { Ledger, type Stage } from '../../../src/workflows/engine/ledger';

function ledger(...undos: [Stage, string][]): Ledger {
  const result = new Ledger();
  for (const [stage, what] of undos) result.add({ key: what, stage, what, run: async () => undefined });
  return result;
}
const names = (of: Ledger, cleanup: boolean) => of.wayBack(cleanup).map(({ what }) => what);

test('the way back starts the host, writes to it, then moves traffic, then scales down, then restores the record', () => {
  const undo = ledger(
    ['ingestion', 'alloy writes to the old host again'],
    ['duties', 'mimir gives its duties back'],
    ['cleanup', 'remove cluster'],
    ['scale', 'scale mimir to 0'],
    ['record', 'record as before'],
    ['traffic', 'traffic to the host'],
    ['host', 'start the host'],
  );
  expect(names(undo, false)).toEqual([
    'mimir gives its duties back',
    'start the host',
    'alloy writes to the old host again',
    'traffic to the host',
    'scale mimir to 0',
    'record as before',
  ]);
});

test('within a stage the newest effect is taken back first', () => {
  expect(names(ledger(['cleanup', 'cluster'], ['cleanup', 'service']), true)).toEqual(['service', 'cluster']);
});

test('what was created stays unless the plan wants it deleted', () => {
  const undo = ledger(['cleanup', 'cluster'], ['scale', 'mimir']);
  expect(names(undo, false)).toEqual(['mimir']);
  expect(undo.pending(false)).toBe(1);
  expect(undo.pending(true)).toBe(2);
  expect(undo.kept).toBe(1);
});

test('an effect that is repeated keeps its one undo', () => {
  expect(names(ledger(['cleanup', 'cluster'], ['cleanup', 'service'], ['cleanup', 'cluster']), true)).toEqual([
    'service',
    'cluster',
  ]);
});
