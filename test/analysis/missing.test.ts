import { judgeMissing } from '../../src/analysis/missing';
import type { WatchState } from '../../src/analysis/types';

const NOW = Date.parse('2026-11-26T10:00:00Z');
const PASSING: WatchState = {
  verdict: 'passing',
  counts: {},
  measurements: [],
};
const GONE = ['ECS service mimir is gone: somebody has deleted it'];

test('what is gone holds the gate at once, and seen twice in a row it is a failure that names it', () => {
  const first = judgeMissing(PASSING, PASSING, GONE, NOW);
  expect([first.verdict, first.reason]).toEqual(['holding', GONE[0]]);
  const second = judgeMissing(PASSING, first, GONE, NOW);
  expect(second).toMatchObject({
    verdict: 'failed',
    failedClass: 'availability',
    reason: GONE[0],
    measurements: [
      {
        signal: 'resources',
        verdict: 'fail',
        value: 1,
        limit: 0,
      },
    ],
  });
});

test('what was missing in one look alone is forgotten', () => {
  const first = judgeMissing(PASSING, PASSING, GONE, NOW);
  expect(
    judgeMissing(
      {
        ...PASSING,
        measurements: first.measurements,
      },
      first,
      [],
      NOW,
    ),
  ).toEqual(PASSING);
});

test('a signal that failed stays the reason', () => {
  const failed: WatchState = {
    ...PASSING,
    verdict: 'failed',
    reason: 'errors failed 3 times',
  };
  expect(judgeMissing(failed, PASSING, GONE, NOW)).toMatchObject({
    verdict: 'failed',
    reason: 'errors failed 3 times',
  });
});
