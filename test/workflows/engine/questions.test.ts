import { Control, type Situation } from '../../../src/workflows/engine/control';
import { Questions } from '../../../src/workflows/engine/questions';

const STOP = 'stop i-1';
const CUT_OFF = 'stop i-1 although still connected: 10.0.3.4';

/** A run that asks something, and then something else. */
class Asking {
  readonly control = new Control(() => this.situation);
  private situation: Situation = {
    kind: 'migration',
    waiting: null,
    asked: null,
    isRollingBack: false,
    hasEnded: false,
    irreversible: null,
    weight: 100,
    description: 'decommission',
  };

  /** @returns the question's id */
  ask(text: string, isGrave: boolean, number = this.control.questions.begin()): string {
    const question = this.control.questions.ask(number, text, isGrave);
    const waiting = {
      for: 'approval' as const,
      what: `approval: ${text}`,
      since: '',
      verbs: [],
      question,
    };
    this.situation = {
      ...this.situation,
      waiting,
      asked: waiting,
    };
    return question.id;
  }

  refuse(question?: string): string | null {
    return this.control.refuse('approve', question === undefined ? {} : { question });
  }

  approve(): void {
    this.control.take({
      verb: 'approve',
      by: 'kim',
      reason: 'seen',
    });
  }
}

test('a question has a number, and a digest that changes with its text alone', () => {
  const questions = new Questions();
  const [first, second] = [questions.begin(), questions.begin()];
  const idOf = (number: number, text: string) => questions.ask(number, text, true).id;
  expect(idOf(first, STOP)).toMatch(/^1-[0-9a-f]{8}$/);
  expect(idOf(first, STOP)).toBe(idOf(first, STOP));
  expect(idOf(first, CUT_OFF)).not.toBe(idOf(first, STOP));
  expect(idOf(second, STOP)).toBe(idOf(first, STOP).replace(/^1/, '2'));
});

test('a grave question must be named, and what to send is told', () => {
  const asking = new Asking();
  const id = asking.ask(STOP, true);
  const named = `question ${id} "${STOP}"`;
  const json = `{"by":"…","reason":"…","question":"${id}"}`;
  expect(asking.refuse()).toBe(`approve refused: it must name ${named}: send ${json}. Now: decommission`);
  expect(asking.refuse(id)).toBeNull();
});

test('any other question is answered without its name', () => {
  const asking = new Asking();
  asking.ask('10 → 50 %', false);
  expect(asking.refuse()).toBeNull();
});

test('an answer to an earlier question is refused with both texts', () => {
  const asking = new Asking();
  const earlier = asking.ask(STOP, true);
  const id = asking.ask(CUT_OFF, true);
  const meant = `question ${earlier} "${STOP}"`;
  const now = `question ${id} "${CUT_OFF}"`;
  const why = `it was meant for ${meant}; what is asked now is ${now}`;
  expect(asking.refuse(earlier)).toBe(`approve refused: ${why}. Now: decommission`);
});

test('an answer to the same question with another text is stale', () => {
  const asking = new Asking();
  const number = asking.control.questions.begin();
  const earlier = asking.ask('cut off 10.0.3.4', true, number);
  asking.ask('cut off 10.0.3.4 and 10.0.9.9', true, number);
  expect(asking.refuse(earlier)).toContain('it was meant for question 1-');
});

test('an answer to what nobody asked is refused', () => {
  const asking = new Asking();
  asking.ask(STOP, false);
  expect(asking.refuse('yes')).toContain('it was meant for question "yes", which this run has not asked');
});

test('an approval counts no more when something else is asked, and both are told', () => {
  const asking = new Asking();
  const number = asking.control.questions.begin();
  asking.ask(STOP, true, number);
  asking.approve();
  const question = asking.control.questions.ask(number, CUT_OFF, true);
  const sentence = `the approval of "${STOP}" counts no more: what is asked now is "${CUT_OFF}"`;
  expect(asking.control.expireApproval(question)).toBe(sentence);
  expect(asking.control.approved).toBeNull();
  expect(asking.control.expireApproval(question)).toBeNull();
});
