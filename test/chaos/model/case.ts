import type { Outcome, Status } from '../../../src/contract/status';

/** What comes in the middle of a run, and how the run has to end. */
export const CAUSES = {
  abort: 'somebody says abort',
  cancel: 'Request Cancellation in the Temporal UI',
  insistence: 'an abort, then while it goes back Request Cancellation and abort in turns',
  nonsense: 'words that nobody can read, and some that nobody knows',
  breach: 'a signal fails',
  failure: 'the activity fails, and is not tried again',
  'lost reply': 'the activity has its effect and its reply is lost: it runs again',
} as const;
export type Cause = keyof typeof CAUSES;

export const CLEANUPS = ['keep', 'delete'] as const;
export type Cleanup = (typeof CLEANUPS)[number];

/** What a run whose activity has failed waits for; the plan asks for no approval of its own. */
export const HOLDS: NonNullable<Status['waitingFor']>['for'][] = ['retry', 'host', 'approval'];

/** Where in a run a cause comes. */
export type Moment =
  /** `setWeight#2`: as the second of this name begins, or when its effect is there and its reply is not */
  | { activity: string; at: 'start' | 'effect' }
  /** the summary of a timer, while it runs; `isBack`: on the way back from the week, which somebody has asked for */
  | { timer: string; isBack?: boolean };

/**
 * `adopted`: somebody has made by hand what the plan asks for, as far as they came; `senders`: they move too; `sqlite`:
 * Grafana's database is moved.
 */
export type Stack = 'adopted' | 'senders' | 'sqlite';

/** One run with one cause. */
export interface Case {
  cause: Cause;
  moment: Moment;
  cleanup: Cleanup;
  /** a weight was asked for before its moment */
  hasUsers?: boolean;
  /** another than the lab's own; on a lab only */
  stack?: Stack;
}

/** By which `npm run chaos -- --only` finds it again. */
export function nameCase({ cause, moment, cleanup, stack }: Case): string {
  return `${cause} at ${describeMoment(moment)}, ${cleanup}${stack ? `, ${stack}` : ''}`;
}

function describeMoment(moment: Moment): string {
  if (!('timer' in moment)) return `${moment.at} of ${moment.activity}`;
  return `during ${moment.timer}${moment.isBack ? ' on the way back' : ''}`;
}

/** What can't be measured is said, and holds nothing up. */
const HOLDS_NOTHING_UP = /^(findMissing|measureUnflushed|countReceived)#/;

/** How a run of this case has to end. */
export function expectOutcome({ cause, moment }: Case): Outcome {
  if (cause === 'lost reply' || cause === 'nonsense') return 'completed';
  const isTold = cause === 'failure' && 'activity' in moment && HOLDS_NOTHING_UP.test(moment.activity);
  return isTold ? 'completed' : 'rolled-back';
}

/** Whether it goes back only because a human has said so: a failure with users on ECS holds. */
export const mustAsk = (planned: Case): boolean =>
  planned.cause === 'failure' && planned.hasUsers === true && expectOutcome(planned) === 'rolled-back';

/** What is said of a run that had to ask and did not. */
export const NOBODY_ASKED = 'nobody was asked what to do after the failure';
