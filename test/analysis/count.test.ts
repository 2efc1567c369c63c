import { counted, freshCounts, opinion } from '../../src/analysis/count';
import { judge } from '../../src/analysis/judge';
import type { Measurement, SignalCounts, Verdict } from '../../src/analysis/types';
import { analysisSchema } from '../../src/plan/analysis';

const plan = analysisSchema.parse({
  signals: { errors: { source: 'load-balancer', metric: '5xx-share', max: 0.5, unit: '%', class: 'availability' } },
});
const signal = plan.signals['errors']!;

const MINUTE = 60_000;

function after(...verdicts: Verdict[]) {
  let counts: SignalCounts = freshCounts(0);
  let latest: Measurement | undefined;
  verdicts.forEach((verdict, index) => {
    latest = {
      ...judge('errors', signal, { at: index + 1, value: verdict === 'fail' ? 2 : 0.1, samples: 10 }),
      verdict,
    };
    counts = counted(counts, latest, true, plan);
  });
  return opinion(plan, { errors: counts }, { errors: latest! });
}

test('a step passes after three successes in a row and not before', () => {
  expect(after('pass', 'pass').verdict).toBe('collecting');
  expect(after('pass', 'pass', 'pass').verdict).toBe('passing');
  expect(after('pass', 'pass', 'fail', 'pass').verdict).toBe('collecting');
});

test('failures beyond the limit go back and say what was measured against which limit', () => {
  expect(after('fail', 'pass', 'fail').verdict).toBe('collecting');
  expect(after('fail', 'pass', 'fail', 'fail')).toMatchObject({
    verdict: 'failed',
    failedClass: 'availability',
    reason: 'errors failed 3 times within 1h, 2 are borne; last 2 % against ≤ 0.5 %',
  });
});

test('in a week a failure is forgotten after the failure window: three bad minutes far apart do not go back, three close together do', () => {
  const at = (...minutes: number[]) =>
    minutes.reduce(
      (counts, minute) =>
        counted(counts, judge('errors', signal, { at: minute * MINUTE, value: 2, samples: 10 }), true, plan),
      freshCounts(0),
    );
  const verdict = (counts: SignalCounts) => opinion(plan, { errors: counts }, {}).verdict;
  expect(verdict(at(1, 1440, 4000, 9000, 9059))).toBe('collecting');
  expect(verdict(at(1, 9000, 9030, 9059))).toBe('failed');
});

test('looks that could not be made hold and never go back', () => {
  expect(after('pass', ...Array<Verdict>(5).fill('error')).verdict).toBe('holding');
  expect(after(...Array<Verdict>(50).fill('error')).verdict).toBe('holding');
  expect(after(...Array<Verdict>(5).fill('error'), 'pass', 'pass', 'pass').verdict).toBe('passing');
});

test('inconclusive data holds, until the signal passes often enough again', () => {
  expect(after(...Array<Verdict>(6).fill('inconclusive')).verdict).toBe('holding');
  expect(after(...Array<Verdict>(6).fill('inconclusive'), 'pass', 'pass', 'pass').verdict).toBe('passing');
});

test('too few samples prove nothing', () => {
  const few = { ...signal, minSamples: 20 };
  expect(judge('errors', few, { at: 1, value: 50, samples: 19 })).toMatchObject({
    verdict: 'inconclusive',
    message: '19 of 20 samples',
  });
});
