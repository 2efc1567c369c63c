import { Control, type Situation } from '../../../src/workflows/engine/control';
import type { Waiting } from '../../../src/contract/status';

const calm: Situation = {
  kind: 'migration',
  waiting: null,
  asked: null,
  isRollingBack: false,
  hasEnded: false,
  irreversible: null,
  weight: 50,
  description: 'shift at 50 %',
};
const ASKED = {
  id: '1-0000beef',
  isGrave: false,
};
const waitsFor = (reason: Waiting['for']): Partial<Situation> => {
  const waiting: Waiting = {
    for: reason,
    what: reason,
    since: '',
    verbs: reason === 'host' ? ['retry', 'abort'] : [],
    ...(reason === 'approval' && { question: ASKED }),
  };
  return {
    waiting,
    asked: waiting.question ? waiting : null,
  };
};
const control = (situation: Partial<Situation>) =>
  new Control(() => ({
    ...calm,
    ...situation,
  }));
const someone = {
  by: 'kim',
  reason: 'seen it',
};

test('an approval is taken only while one is awaited, and only once', () => {
  expect(control({}).refuse('approve', {})).toBe('approve refused: nothing waits for an approval. Now: shift at 50 %');
  const waiting = control(waitsFor('approval'));
  expect(waiting.refuse('approve', {})).toBeNull();
  waiting.take({
    verb: 'approve',
    ...someone,
  });
  expect(waiting.refuse('approve', {})).toContain('was approved before');
});

test('on the way back a question is answered though an undo waits too, and came later', () => {
  const { asked } = waitsFor('approval');
  const both = control({
    ...waitsFor('host'),
    asked: asked!,
    isRollingBack: true,
  });
  expect(both.refuse('approve', { question: ASKED.id })).toBeNull();
  expect(both.refuse('approve', { question: '7-0000dead' })).toContain('it was meant for');
  both.take({
    verb: 'approve',
    ...someone,
  });
  expect(both.approved).toBe(ASKED.id);
  const none = control({
    ...waitsFor('host'),
    isRollingBack: true,
  });
  expect(none.refuse('approve', {})).toContain('it is going back already');
});

test('a word about another step is refused as stale', () => {
  expect(control(waitsFor('approval')).refuse('approve', { step: 10 })).toContain(
    'it was meant for 10 %, the weight is 50 %',
  );
});

test('an abort wins over an approval of the same moment', () => {
  const both = control(waitsFor('approval'));
  both.take({
    verb: 'abort',
    ...someone,
  });
  expect(both.refuse('approve', {})).toContain('an abort came first');
});

test('past the point of no return an abort is refused and the way that is left is named', () => {
  expect(control({ irreversible: 'i-1 terminated' }).refuse('abort', {})).toContain(
    'start the hosts again from their backup image',
  );
});

test('while going back only a host that does not answer takes a word', () => {
  expect(control({ isRollingBack: true }).refuse('abort', {})).toContain('it is going back already');
  expect(
    control({
      isRollingBack: true,
      ...waitsFor('host'),
    }).refuse('retry', {}),
  ).toBeNull();
});

test('giving up on a frozen rollback is no second abort, and says what it gives up', () => {
  const frozen = control({
    isRollingBack: true,
    ...waitsFor('host'),
  });
  const held = frozen.held.begin('start i-1');
  expect(frozen.refuse('abort', {})).toContain('it gives up what waits, and must name it');
  expect(frozen.refuse('abort', { what: 'i-1' })).toBeNull();
  frozen.take({
    verb: 'abort',
    what: 'i-1',
    ...someone,
  });
  expect([held.answer, frozen.abort]).toEqual(['give up', null]);
});

test('of effects that wait at once each takes a retry of its own', () => {
  const forward = control(waitsFor('retry'));
  const [one, other] = ['i-1', 'i-2'].map((host) => forward.held.begin(`the backup of ${host}`));
  expect(forward.refuse('retry', {})).toContain('2 wait for an answer of their own');
  expect(forward.refuse('retry', { what: 'i-2' })).toBeNull();
  forward.take({
    verb: 'retry',
    what: 'i-2',
    ...someone,
  });
  expect([one!.answer, other!.answer]).toEqual([null, 'retry']);
  forward.held.end(other!);
  expect(forward.refuse('retry', {})).toBeNull();
});

test('what can go no further past the point of no return is closed by a word', () => {
  expect(control({}).refuse('close', {})).toContain('no way back stays open');
  const { waiting } = waitsFor('retry');
  const broken = control({
    irreversible: 'i-1 terminated',
    waiting: {
      ...waiting!,
      verbs: ['close'],
    },
  });
  expect(broken.refuse('close', {})).toBeNull();
});

test.each(['pause', 'promote', 'retry', 'resume'] as const)('%s on an ended migration is refused', (verb) => {
  expect(control({ hasEnded: true }).refuse(verb, {})).toContain('the migration has ended');
});
