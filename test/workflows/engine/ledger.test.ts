import type { Stage, Undo } from '../../../src/contract/undos';
import { Ledger } from '../../../src/workflows/engine/ledger';

const owner = {
  migration: 'lgtm-migrate-lgtm-prd',
  run: 'r',
};

function write(...undos: [Stage, string][]): Ledger {
  const ledger = new Ledger();
  for (const [stage, id] of undos) {
    ledger.add({
      id,
      stage,
      verb: 'removeCluster',
      input: {
        owner,
        name: 'lgtm-cluster',
      },
    });
  }
  return ledger;
}

function idsOnTheWayBack(ledger: Ledger, cleansUp: boolean): string[] {
  return ledger.planWayBack(cleansUp).map(({ id }: Undo) => id);
}

test('the way back is host, ingestion, traffic, duties, scale, record', () => {
  const ledger = write(
    ['ingestion', 'alloy writes to the old host again'],
    ['duties', 'mimir gives its duties back'],
    ['cleanup', 'remove cluster'],
    ['scale', 'scale mimir to 0'],
    ['record', 'record as before'],
    ['traffic', 'traffic to the host'],
    ['host', 'start the host'],
  );
  expect(idsOnTheWayBack(ledger, false)).toEqual([
    'start the host',
    'alloy writes to the old host again',
    'traffic to the host',
    'mimir gives its duties back',
    'scale mimir to 0',
    'record as before',
  ]);
});

test('within a stage the newest effect is taken back first', () => {
  const ledger = write(['cleanup', 'cluster'], ['cleanup', 'service']);
  expect(idsOnTheWayBack(ledger, true)).toEqual(['service', 'cluster']);
});

test('what was created stays unless the plan wants it deleted', () => {
  const ledger = write(['cleanup', 'cluster'], ['scale', 'mimir']);
  expect(idsOnTheWayBack(ledger, false)).toEqual(['mimir']);
  expect(idsOnTheWayBack(ledger, true)).toEqual(['mimir', 'cluster']);
  expect(ledger.countKept()).toBe(1);
});

test('an effect that is repeated keeps its one undo', () => {
  const ledger = write(['cleanup', 'cluster'], ['cleanup', 'service'], ['cleanup', 'cluster']);
  expect(idsOnTheWayBack(ledger, true)).toEqual(['service', 'cluster']);
});

test('an undo is JSON, so that whoever terminates a run can read what is left to take back', () => {
  const ledger = write(['host', 'start the host'], ['traffic', 'traffic to the host']);
  expect(JSON.parse(JSON.stringify(ledger.list()))).toEqual(ledger.list());
});
