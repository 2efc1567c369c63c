import { CLEANUPS, type Case, type Cause, type Moment } from './case';

/** The first weight: what fails from then on is judged with users on ECS. */
const FIRST_WEIGHT = 'setWeight#1';
/** From here on nothing goes back. */
const NO_RETURN = 'terminateInstance#1';

/** Those of a rehearsal, by their summaries. */
export interface Timers {
  all: string[];
  /** from the first weight on */
  withUsers: string[];
}

/** Every moment of a run × cause × cleanup. @param moments of a rehearsal */
export function listCases(moments: string[], timers: Timers): Case[] {
  const end = moments.indexOf(NO_RETURN);
  const before = moments.slice(0, end);
  const shifting = before.slice(before.indexOf(FIRST_WEIGHT) + 1);
  return [
    ...atActivities('abort', before),
    // what comes between the effect and its reply is one word more: abort stands for it
    ...atActivities('cancel', before, ['start']),
    ...inTurns(atActivities('insistence', before, ['start'])),
    ...atActivities('nonsense', before, ['start']),
    ...atActivities('breach', shifting, ['start']),
    ...atActivities('failure', before).map((planned) => ({
      ...planned,
      hasUsers: 'activity' in planned.moment && shifting.includes(planned.moment.activity),
    })),
    ...atActivities('lost reply', before, ['effect']),
    ...inTimers('abort', timers.all),
    ...inTimers('cancel', timers.all),
    ...inTimers('breach', timers.withUsers),
  ];
}

function inTimers(cause: Cause, timers: string[]): Case[] {
  return expand(
    cause,
    timers.map((timer) => ({ timer })),
  );
}

/** Each moment with one cleanup, and the next with the other. */
function inTurns(cases: Case[]): Case[] {
  const moments = cases.length / CLEANUPS.length;
  return Array.from({ length: moments }, (_, nth) => cases[nth * CLEANUPS.length + (nth % CLEANUPS.length)]!);
}

function atActivities(cause: Cause, activities: string[], ats: ('start' | 'effect')[] = ['start', 'effect']): Case[] {
  return expand(
    cause,
    activities.flatMap((activity) =>
      ats.map((at) => ({
        activity,
        at,
      })),
    ),
  );
}

function expand(cause: Cause, moments: Moment[]): Case[] {
  const isHarmless = cause === 'lost reply' || cause === 'nonsense';
  const cleanups = isHarmless ? (['keep'] as const) : CLEANUPS;
  return moments.flatMap((moment) =>
    cleanups.map((cleanup) => ({
      cause,
      moment,
      cleanup,
    })),
  );
}
