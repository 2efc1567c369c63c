import type { WatchState } from '../../../src/analysis/types';
import { Bake, type BakeRequest } from '../../../src/workflows/engine/bake';
import { Questions } from '../../../src/workflows/engine/questions';

const NO_WORDS = {
  approved: null as string | null,
  isPromoted: false,
  isRetried: false,
  isPaused: false,
  abort: null,
};
const UNTIL = '2026-01-05T10:00:00.000Z';
const passing: WatchState = {
  verdict: 'passing',
  counts: {},
  measurements: [],
};
const holding: WatchState = {
  ...passing,
  verdict: 'holding',
  reason: 'errors was inconclusive 4 times',
};

type Said = Partial<typeof NO_WORDS>;

function bakeOf(request: Partial<BakeRequest> = {}, said: Said = {}, state = passing): Bake {
  return new Bake(
    {
      what: '50 %',
      bake: '1h',
      ...request,
    },
    {
      ...NO_WORDS,
      questions: new Questions(),
      ...said,
    },
    { state },
    UNTIL,
  );
}

function finish(bake: Bake): Bake {
  bake.isTimedOut = true;
  bake.isPrepared = true;
  return bake;
}

const asks = { describeApproval: () => '50 → 100 %' };

test('a bake is ready for its signals once its timer is over', () => {
  const bake = bakeOf();
  expect(bake.isReady()).toBe(false);
  expect(finish(bake).isReady()).toBe(true);
});

test('a promoted bake is over, but not ready before what an approval has to know is known', () => {
  const bake = bakeOf({ ...asks, isLifted: () => true }, { isPromoted: true });
  expect([bake.isOver(), bake.isReady()]).toEqual([true, false]);
  expect(bake.describeWaiting()).toEqual({
    for: 'bake',
    what: 'what a way back would lose',
    verbs: ['pause', 'abort'],
  });
  bake.isPrepared = true;
  expect(bake.isReady()).toBe(true);
});

test.each(['isPaused', 'abort'] as const)('%s keeps a bake that is done from ending', (word) => {
  const said = {
    isPaused: { isPaused: true },
    abort: {
      abort: {
        verb: 'abort',
        by: 'kim',
        reason: 'r',
      },
    },
  }[word];
  expect(finish(bakeOf({}, said as Said)).isReady()).toBe(false);
});

test('an approval is needed until somebody gives it or what it was for is gone', () => {
  const bake = finish(bakeOf(asks));
  expect(bake.isReady()).toBe(false);
  const { question } = bake.describeWaiting();
  expect(finish(bakeOf(asks, { approved: question!.id })).isReady()).toBe(true);
  expect(
    finish(
      bakeOf({
        ...asks,
        isLifted: () => true,
      }),
    ).isReady(),
  ).toBe(true);
});

test('an approval counts only for the text that it was given for', () => {
  const asked = { text: 'stop i-1' };
  const changing = { describeApproval: () => asked.text };
  const { question } = finish(bakeOf(changing)).describeWaiting();
  const approved = finish(bakeOf(changing, { approved: question!.id }));
  expect(approved.isReady()).toBe(true);
  asked.text = 'stop i-1 and i-2';
  expect(approved.isReady()).toBe(false);
});

test('a retry ends only a bake that takes one', () => {
  expect(finish(bakeOf(asks, { isRetried: true })).isReady()).toBe(false);
  expect(
    finish(
      bakeOf(
        {
          ...asks,
          takesRetry: true,
        },
        { isRetried: true },
      ),
    ).isReady(),
  ).toBe(true);
});

test('it waits for its timer, then for an approval, then for its signals', () => {
  const bake = bakeOf(asks);
  expect(bake.describeWaiting()).toEqual({
    for: 'bake',
    what: 'the bake of 50 %',
    until: UNTIL,
    verbs: ['promote', 'pause', 'abort'],
  });
  expect(finish(bake).describeWaiting()).toMatchObject({
    for: 'approval',
    what: 'approval: 50 → 100 %',
  });
  expect(finish(bakeOf()).describeWaiting()).toMatchObject({
    what: 'the signals of 50 %',
  });
});

test('a pause is named before everything else, and the word that ends it', () => {
  expect(bakeOf(asks, { isPaused: true }).describeWaiting()).toMatchObject({
    for: 'resume',
    verbs: ['resume', 'abort'],
  });
});

test('the reason is said while the signals hold, and only then', () => {
  const passed = { ...passing, reason: 'old' };
  expect(finish(bakeOf({}, {}, holding)).describeWaiting().reason).toBe(holding.reason);
  expect(finish(bakeOf({}, {}, passed)).describeWaiting().reason).toBeUndefined();
});

test('an approval that can also be retried names both words', () => {
  const bake = finish(
    bakeOf({
      ...asks,
      takesRetry: true,
    }),
  );
  expect(bake.describeWaiting().verbs).toEqual(['approve', 'retry', 'pause', 'abort']);
});

describe('a name that nobody came to', () => {
  const lonely: WatchState = {
    ...holding,
    absent: ['grafana.example.com'],
  };

  test('is asked about where the plan wants no approval, and its approval must name the question', () => {
    const bake = finish(bakeOf({}, {}, lonely));
    expect(bake.isReady()).toBe(false);
    expect(bake.describeWaiting()).toMatchObject({
      for: 'approval',
      what: 'approval: 50 %, although nobody came to grafana.example.com',
      question: { isGrave: true },
      reason: lonely.reason,
    });
  });

  test('makes another question of an approval that was given without it', () => {
    const { question } = finish(bakeOf(asks)).describeWaiting();
    const bake = finish(bakeOf(asks, { approved: question!.id }, lonely));
    expect(bake.isReady()).toBe(false);
    expect(bake.describeWaiting().what).toBe('approval: 50 → 100 %, although nobody came to grafana.example.com');
  });

  test('is excused by its approval, which counts also when somebody comes then', () => {
    const { question } = finish(bakeOf(asks, {}, lonely)).describeWaiting();
    const seen = { ...lonely };
    const bake = finish(bakeOf(asks, { approved: question!.id }, seen));
    expect(bake.isReady()).toBe(true);
    expect(bake.excuseAbsence()).toEqual(['grafana.example.com']);
    delete seen.absent;
    expect(bake.isReady()).toBe(true);
  });
});
