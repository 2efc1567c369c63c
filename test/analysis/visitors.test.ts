import type { WatchState } from '../../src/analysis/types';
import { isNewAbsence, judgeVisits, type ExpectedVisits } from '../../src/analysis/visitors';

const GRAFANA = 'grafana.example.com';
const LOKI = 'loki.example.com';
const EXPECTED: ExpectedVisits = {
  names: [GRAFANA, LOKI],
  since: 0,
  where: 'at 10 %',
};

const stateOf = (verdict: WatchState['verdict'], more: Partial<WatchState> = {}): WatchState => ({
  verdict,
  counts: {},
  measurements: [],
  ...more,
});
const PASSING = stateOf('passing');

test('signals that pass hold where nobody came to a name, which is named with the way out', () => {
  const seen = judgeVisits(PASSING, PASSING, EXPECTED, [LOKI]);
  expect(seen).toMatchObject({
    verdict: 'holding',
    came: [LOKI],
    absent: [GRAFANA],
    reason:
      'nobody came to grafana.example.com at 10 %: no request reached its target group; look whether it leads to ' +
      'ECS, declare records[].quiet: true where nobody asks at this hour, or approve',
  });
});

test('they pass once somebody came to each', () => {
  const seen = judgeVisits(PASSING, PASSING, EXPECTED, [LOKI, GRAFANA]);
  expect([seen.verdict, seen.absent]).toEqual(['passing', undefined]);
});

test.each(['collecting', 'failed', 'holding'] as const)('%s is said as it is: somebody may still come', (verdict) => {
  const seen = judgeVisits(stateOf(verdict), PASSING, EXPECTED, []);
  expect([seen.verdict, seen.absent]).toEqual([verdict, undefined]);
});

test('a name that was once missed stays so until somebody comes, whatever the signals say', () => {
  const before = stateOf('holding', { absent: [GRAFANA] });
  const seen = judgeVisits(stateOf('collecting'), before, EXPECTED, [LOKI]);
  expect([seen.verdict, seen.absent]).toEqual(['collecting', [GRAFANA]]);
  expect(judgeVisits(stateOf('collecting'), seen, EXPECTED, [LOKI, GRAFANA]).absent).toBeUndefined();
});

describe('who is missed is news', () => {
  const absent = stateOf('holding', { absent: [GRAFANA] });

  test('to a gate that waits for nothing else, once', () => {
    expect(isNewAbsence(absent, PASSING, true)).toBe(true);
    expect(isNewAbsence(absent, absent, true)).toBe(false);
    expect(isNewAbsence(absent, PASSING, false)).toBe(false);
  });

  test('where it was told and somebody came since', () => {
    expect(isNewAbsence(PASSING, absent, false)).toBe(true);
  });
});
