import type { CaseOptions } from '../../../lab/cases';
import { pause } from '../../../lab/until';
import type { Status } from '../../../src/contract/status';
import type { Count, Trial } from '../campaign';
import { listFailedTasks } from '../failed-tasks';
import {
  CLEANUPS,
  HOLDS,
  mustAsk,
  NOBODY_ASKED,
  nameCase,
  type Case,
  type Cause,
  type Cleanup,
  type Moment,
  type Stack,
} from '../model/case';
import { untilTimerRuns } from '../timers';
import { Director } from './director';
import { judgeEnd, judgeGivenBack } from './expected';
import { listMoments, meetAt, spread } from './moment';
import { planTrial, untilWeek, type Rehearsal } from './rehearsal';
import type { LabPool } from './pool';

/** The causes that come on a lab, each at so many moments of a run. */
const CASES: Partial<Record<Cause, number>> = {
  abort: 28,
  cancel: 18,
  insistence: 12,
  breach: 16,
  failure: 18,
};
/** The same on other stacks, each on its own. */
const OTHER_CASES: typeof CASES = {
  abort: 4,
  cancel: 3,
  breach: 3,
};
const STACKS: Record<Stack, Partial<CaseOptions>> = {
  adopted: { world: 'adopted' },
  senders: {
    plan: {
      records: [
        {
          name: 'grafana.example.com',
          service: 'grafana',
        },
        {
          name: 'ec2-instance.example.com',
          to: 'ingest',
        },
      ],
    },
  },
  sqlite: { world: 'sqlite' },
};
/** Seconds for which the call of a moment is held: long enough to come in the middle of it. */
const HELD_S = 1;
/** Who insists says it again so often, at so many milliseconds. */
const INSISTENCE = 6;
const AGAIN_MS = 400;

const NO_RETURN = 'ec2:TerminateInstances#1';
const FIRST_WEIGHT = 'route53:ChangeResourceRecordSets#3';

/** M1 on a lab: a spread of causes over the moments of a recorded run, every second with `cleanup: delete`. */
export function listGivenBack(pool: LabPool, { there, back }: Rehearsal): Trial[] {
  const moments = listMoments(there.calls);
  const before = moments.slice(0, moments.indexOf(NO_RETURN));
  const withUsers = before.slice(before.indexOf(FIRST_WEIGHT) + 1);
  const spreadOut = (cases: typeof CASES, stack?: Stack) => {
    const causes = Object.entries(cases) as [Cause, number][];
    return causes.flatMap(([cause, count], index) =>
      spread(cause === 'breach' ? withUsers : before, count, index / causes.length).map((activity, nth): Case => ({
        cause,
        cleanup: cleanupOf(nth),
        hasUsers: withUsers.includes(activity),
        ...(stack && { stack }),
        moment: {
          activity,
          at: cause === 'abort' && nth % 4 > 1 ? 'effect' : 'start',
        },
      })),
    );
  };
  const inTimers = there.timers.map((timer, nth): Case => ({
    cause: nth % 2 === 0 ? 'abort' : 'cancel',
    cleanup: cleanupOf(Math.floor(nth / 2)),
    moment: { timer },
  }));
  const onTheWayBack = back.timers.map((timer, nth): Case => ({
    cause: 'insistence',
    cleanup: cleanupOf(nth),
    moment: {
      timer,
      isBack: true,
    },
  }));
  const onOthers = (Object.keys(STACKS) as Stack[]).flatMap((stack) => spreadOut(OTHER_CASES, stack));
  return [...spreadOut(CASES), ...onOthers, ...inTimers, ...onTheWayBack].map((planned) => ({
    name: `lab: ${nameCase(planned)}`,
    kind: `M1 lab, ${planned.cause}${planned.stack ? `, ${planned.stack}` : ''}`,
    run: (count) => tryCase(pool, planned, count),
  }));
}

const cleanupOf = (nth: number): Cleanup => CLEANUPS[nth % CLEANUPS.length]!;

/** Runs a case to its end. @returns what is not as it was before, in words */
export function tryCase(pool: LabPool, planned: Case, count: Count): Promise<string[]> {
  const { cause, cleanup, moment, stack } = planned;
  const other = stack ? STACKS[stack] : {};
  const options = planTrial(cleanup, {
    hold: cause === 'failure' ? '1h' : '24h',
    staysInWeek: true,
  });
  const longTimer = 'timer' in moment ? moment.timer : undefined;
  const rules = 'timer' in moment ? [] : [ruleOf(cause, moment)];
  return pool.lend((cases) =>
    cases.run(
      {
        ...options,
        ...other,
        plan: { ...options.plan, ...other.plan },
        rules,
        longTimer,
      },
      async (running) => {
        const director = new Director(cases.lab, running, count);
        // how often a run asks its hosts depends on its time: what has not come by then comes in the week
        if (await untilMoment(director, moment)) count('moments');
        if (await director.hasEnded()) return ['it ended before its moment had come'];
        const { status, wasAsked } = await bringAbout(director, cause);
        return [
          ...judgeEnd(status, 'rolled-back'),
          ...(mustAsk(planned) && !wasAsked ? [NOBODY_ASKED] : []),
          ...judgeGivenBack(director.before, await director.emulator.dump(), cleanup),
          ...(await listFailedTasks(director.handle)),
        ];
      },
    ),
  );
}

function ruleOf(cause: Cause, { activity, at }: Extract<Moment, { at: string }>): object {
  const met = meetAt(activity);
  if (cause === 'failure') {
    // it lasts until somebody lifts it
    return {
      service: met.service,
      action: met.action,
      skip: met.skip,
      kind: 'deny',
      unseen: true,
    };
  }
  return {
    ...met,
    kind: at === 'start' ? 'delay' : 'late',
    delay_s: HELD_S,
  };
}

async function untilMoment(director: Director, moment: Moment): Promise<boolean> {
  if (!('timer' in moment)) return director.untilMet({ orAsked: true });
  if (moment.isBack) {
    await untilWeek(director);
    await director.say('abort');
  }
  await untilTimerRuns(director.handle, moment.timer);
  return true;
}

interface End {
  status: Status;
  /** somebody was asked before it went back */
  wasAsked: boolean;
}

/** Lets the cause come, and sees the run to its end. */
async function bringAbout(director: Director, cause: Cause): Promise<End> {
  if (cause === 'failure') return seeFailureEnd(director);
  await bringOther(director, cause);
  return {
    status: await director.untilEnded(),
    wasAsked: false,
  };
}

async function seeFailureEnd(director: Director): Promise<End> {
  let wasAsked = false;
  const status = await director.untilEnded(async () => {
    if ((await answerFailure(director)) === 'abort') wasAsked = true;
  });
  return {
    status,
    wasAsked,
  };
}

async function bringOther(director: Director, cause: Cause): Promise<void> {
  switch (cause) {
    case 'breach':
      return director.emulator.post('/workload', {
        errors: 0.5,
        side: 'ecs',
      });
    case 'cancel':
      return director.cancel();
    case 'insistence':
      return insist(director);
    default:
      return director.say('abort');
  }
}

async function insist(director: Director): Promise<void> {
  for (let times = 0; times < INSISTENCE && !(await director.hasEnded()); times++) {
    // a run may end in between
    await (times % 2 === 0 ? director.say('abort') : director.cancel()).catch(() => undefined);
    await pause(AGAIN_MS);
  }
}

/**
 * Whoever sees that it holds, or that it went on all the same, says abort; what is held on the way back is mended.
 * @returns what was said
 */
async function answerFailure(director: Director): Promise<'abort' | 'retry' | undefined> {
  const waitsFor = (await director.status())?.waitingFor?.for;
  if (!waitsFor || !HOLDS.includes(waitsFor)) return undefined;
  await director.emulator.delete('/rules');
  // a hold before the first weight may have ended since: an abort would then give up what the way back holds
  const isBack = waitsFor === 'host' || Boolean((await director.status())?.rollback);
  const verb = isBack ? 'retry' : 'abort';
  try {
    await director.say(verb);
  } catch (error) {
    // what was held may have been tried again by itself, and the run ended
    if (!(await director.hasEnded())) throw error;
  }
  return verb;
}
