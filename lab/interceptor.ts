import { workflowInfo, type ActivityOptions, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { toMilliseconds } from '../src/plan/duration';

type Duration = NonNullable<ActivityOptions['startToCloseTimeout']>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A day or three: for whoever is asked, on a busy machine too. */
const FOR_HUMANS = 5 * MINUTE;

/** A run whose memo has this key, with true, hardly waits at all: for runs that nobody watches. */
export const NO_TIMERS = 'noTimers';
const HARDLY = 20;
/** The timer of such a run whose summary the memo has under this key lasts long enough for something to come in it. */
export const LONG_TIMER = 'longTimer';
export const LONG = 5 * SECOND;
/** The one whose summary the memo has under this key is longer than anything that ends the wait before. */
export const STANDING_TIMER = 'standingTimer';
/** The activities of a run whose memo has this key, with true, are given up after a tenth of their time. */
export const SHORT_CALLS = 'shortCalls';
const SHARE = 1 / 10;
/** Shorter ones would only find a busy machine. */
const SHORTEST_CALL = 5 * SECOND;

/**
 * Shortens timers for the lab and the tests, the long ones most: up to a second stays, a TTL becomes
 * tenths of a second, an hour two, a week four. A hold for a human stays long enough for one.
 */
export function shortened(milliseconds: number): number {
  if (milliseconds <= SECOND) return milliseconds;
  if (milliseconds <= 10 * MINUTE) return Math.min(250, milliseconds / 100 + 100);
  if (milliseconds <= 6 * HOUR) return 2 * SECOND;
  if (milliseconds < 7 * DAY) return FOR_HUMANS;
  return 4 * SECOND;
}

function durationOf(milliseconds: number, summary: string | undefined): number {
  const { memo = {} } = workflowInfo();
  if (summary !== undefined && memo[LONG_TIMER] === summary) return LONG;
  if (summary !== undefined && memo[STANDING_TIMER] === summary) return FOR_HUMANS;
  const short = shortened(milliseconds);
  const isForHumans = short === FOR_HUMANS;
  return memo[NO_TIMERS] && !isForHumans ? Math.min(HARDLY, short) : Math.max(1, Math.round(short));
}

/** How long an attempt and all of them may take; how soon a dead worker is noticed stays. */
function shortenCall(options: ActivityOptions): ActivityOptions {
  if (workflowInfo().memo?.[SHORT_CALLS] !== true) return options;
  const { startToCloseTimeout, scheduleToCloseTimeout } = options;
  return {
    ...options,
    ...(startToCloseTimeout !== undefined && { startToCloseTimeout: shortenTimeout(startToCloseTimeout) }),
    ...(scheduleToCloseTimeout !== undefined && { scheduleToCloseTimeout: shortenTimeout(scheduleToCloseTimeout) }),
  };
}

function shortenTimeout(timeout: Duration): number {
  const milliseconds = typeof timeout === 'number' ? timeout : toMilliseconds(timeout);
  return Math.max(SHORTEST_CALL, milliseconds * SHARE);
}

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      startTimer: (input, next) =>
        next({
          ...input,
          durationMs: durationOf(input.durationMs, input.options?.summary),
        }),
      scheduleActivity: (input, next) =>
        next({
          ...input,
          options: shortenCall(input.options),
        }),
    },
  ],
});
