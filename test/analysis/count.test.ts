import { addMeasurement, createCounts, forgetSuccesses, judgeGate } from '../../src/analysis/count';
import { judgePoint } from '../../src/analysis/judge';
import type { Verdict } from '../../src/analysis/types';
import { analysisSchema, type SignalClass } from '../../src/plan/analysis';

const plan = analysisSchema.parse({
  signals: {
    errors: {
      source: 'load-balancer',
      metric: '5xx-share',
      max: 0.5,
      unit: '%',
      class: 'availability',
    },
  },
});
const signal = plan.signals['errors']!;

interface Look {
  /** epoch ms */
  at: number;
  verdict: Verdict;
}

function measure({ at, verdict }: Look) {
  const value = verdict === 'fail' ? 2 : 0.1;
  const point = {
    at,
    value,
    samples: 10,
  };
  return {
    ...judgePoint('errors', signal, point),
    verdict,
  };
}

/** What the gate says after these looks. */
function judgeLooks(looks: Look[]) {
  let counts = createCounts(0);
  const measurements = looks.map(measure);
  for (const measurement of measurements) {
    counts = addMeasurement(counts, measurement, true, plan);
  }
  const latest = measurements.at(-1)!;
  return judgeGate(plan, { errors: counts }, { errors: latest });
}

/** The same for `pass fail pass`, one look a millisecond. */
function judgeWords(words: string) {
  const verdicts = words.trim().split(' ') as Verdict[];
  const looks = verdicts.map((verdict, index) => {
    return {
      at: index + 1,
      verdict,
    };
  });
  return judgeLooks(looks);
}

const PASSED = 'pass pass pass';

describe('a step', () => {
  test('passes after three successes in a row', () => {
    const { verdict } = judgeWords(PASSED);
    expect(verdict).toBe('passing');
  });

  test('does not pass before', () => {
    const { verdict } = judgeWords('pass pass');
    expect(verdict).toBe('collecting');
  });

  test('does not pass after three successes of which one stands apart', () => {
    const { verdict } = judgeWords('pass pass fail pass');
    expect(verdict).toBe('collecting');
  });
});

describe('failures', () => {
  test('up to the limit are tolerated', () => {
    const { verdict } = judgeWords('fail pass fail');
    expect(verdict).toBe('collecting');
  });

  test('beyond the limit go back, and say what was measured against which limit', () => {
    const state = judgeWords('fail pass fail fail');
    expect(state).toMatchObject({
      verdict: 'failed',
      failedClass: 'availability',
      failedSignal: 'errors',
    });
    expect(state.reason).toBe('errors failed 3 times within 1h, 2 are tolerated; last 2 % against ≤ 0.5 %');
  });
});

describe('in a week', () => {
  const MINUTE = 60_000;

  function failAt(...minutes: number[]) {
    const looks = minutes.map((minute): Look => {
      return {
        at: minute * MINUTE,
        verdict: 'fail',
      };
    });
    return judgeLooks(looks);
  }

  test('three bad minutes far apart do not go back: a failure is forgotten after the failure window', () => {
    const { verdict } = failAt(1, 1440, 4000, 9000, 9059);
    expect(verdict).toBe('collecting');
  });

  test('three bad minutes close together go back', () => {
    const { verdict } = failAt(1, 9000, 9030, 9059);
    expect(verdict).toBe('failed');
  });
});

describe('looks that could not be made', () => {
  test('hold', () => {
    const state = judgeWords(`pass ${'error '.repeat(5)}`);
    expect(state.verdict).toBe('holding');
    expect(state.reason).toBe('errors could not be looked at 5 times in a row: ');
  });

  test('never go back', () => {
    const { verdict } = judgeWords('error '.repeat(50));
    expect(verdict).toBe('holding');
  });

  test('hold until the signal passes often enough', () => {
    const errors = 'error '.repeat(5);
    const { verdict } = judgeWords(errors + PASSED);
    expect(verdict).toBe('passing');
  });
});

describe('inconclusive data', () => {
  const inconclusive = 'inconclusive '.repeat(6);

  test('holds', () => {
    const state = judgeWords(inconclusive);
    expect(state.verdict).toBe('holding');
    expect(state.reason).toBe('errors was inconclusive 6 times: ');
  });

  test('holds until the signal passes often enough again', () => {
    const { verdict } = judgeWords(inconclusive + PASSED);
    expect(verdict).toBe('passing');
  });
});

test('inconclusive looks start anew after successes', () => {
  const inconclusive = 'inconclusive '.repeat(4);
  const { verdict } = judgeWords(`${inconclusive}${PASSED} ${inconclusive}`);
  expect(verdict).toBe('collecting');
  expect(judgeWords(`${inconclusive}pass pass ${inconclusive}`).verdict).toBe('holding');
});

describe('within the first minutes of a weight', () => {
  const judgeWarm = (verdict: Verdict, signalClass: SignalClass) => {
    const measurement = {
      ...measure({ at: 5, verdict }),
      class: signalClass,
    };
    return addMeasurement(createCounts(0), measurement, true, { ...plan, warmUntil: 5 });
  };

  test('errors of users count', () => {
    expect(judgeWarm('fail', 'availability').failures).toEqual([5]);
    expect(judgeWarm('fail', 'data').failures).toEqual([5]);
  });

  test('nothing passes, nothing is slow, and silence says nothing', () => {
    expect(judgeWarm('pass', 'availability')).toMatchObject({
      consecutiveSuccesses: 0,
      judgedUntil: 5,
    });
    expect(judgeWarm('fail', 'performance')).toMatchObject({
      failures: [],
      judgedUntil: 5,
    });
    expect(judgeWarm('inconclusive', 'availability').inconclusive).toBe(0);
  });
});

test('at a new weight successes are counted anew, and failures go on counting', () => {
  let counts = createCounts(0);
  for (const verdict of ['fail', 'pass', 'pass', 'pass'] as const) {
    counts = addMeasurement(counts, measure({ at: 1, verdict }), true, plan);
  }
  const before = {
    verdict: 'passing' as const,
    counts: { errors: counts },
    measurements: [],
  };
  const after = forgetSuccesses(before);
  expect(after.verdict).toBe('collecting');
  expect(after.counts['errors']).toMatchObject({
    failures: [1],
    consecutiveSuccesses: 0,
    judgedUntil: 1,
  });
});

test('too few samples prove nothing', () => {
  const demanding = {
    ...signal,
    minSamples: 20,
  };
  const point = {
    at: 1,
    value: 50,
    samples: 19,
  };
  expect(judgePoint('errors', demanding, point)).toMatchObject({
    verdict: 'inconclusive',
    message: '19 of 20 samples',
  });
});
