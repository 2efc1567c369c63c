import { pause, until } from '../../../lab/until';
import type { Status } from '../../../src/contract/status';
import type { Run } from '../../workflows/run';
import type { StubWorker } from '../../workflows/server';
import type { Account, Snapshot } from './account';
import type { Count } from '../campaign';
import { compare } from '../compare';
import { listFailedTasks } from '../failed-tasks';
import { untilTimerRuns } from '../timers';
import { expectOutcome, HOLDS, mustAsk, NOBODY_ASKED, type Case, type Cause, type Cleanup } from './case';
import type { Timers } from './matrix';
import { ModelWorld } from './world';

const LOOK_MS = 50;
/** Under load the development server lets a timer lie for as long as a minute now and then. */
const STALL_MS = 3 * 60_000;

type Handle = Run['handle'];
const abort = (handle: Handle) =>
  handle.signal('abort', {
    by: 'model',
    reason: 'the model says so',
  });

/** What nobody can read as an approval, and what nobody knows. */
const NONSENSE: [signal: string, argument: unknown][] = [
  ['approve', { by: { toString: 1 } }],
  ['approve', 'yes'],
  [
    'resume',
    {
      step: 'NaN',
      reason: 'x'.repeat(100_000),
    },
  ],
  ['retry', [[[]]]],
  ['rolback', {}],
  ['approve', null],
];

/** How a cause that is a word is said; `times`: how often it was before. */
const WORDS: Partial<Record<Cause, (handle: Handle, times: number) => Promise<unknown>>> = {
  abort,
  cancel: (handle) => handle.cancel(),
  insistence: (handle, times) => (times % 2 === 0 ? abort(handle) : handle.cancel()),
  nonsense: async (handle) => {
    for (const [signal, argument] of NONSENSE) await handle.signal(signal, argument);
  },
};

const planOf = (cleanup: Cleanup) => ({
  cleanup,
  // a failure before traffic is undone when nobody came in that time
  hold: '1h',
});

/** A run in which nothing comes. */
interface Rehearsal {
  world: ModelWorld;
  timers: Timers;
}

/** A run in which nothing comes: the moments at which something could, and what a completed run leaves. */
export async function rehearse(worker: StubWorker): Promise<Rehearsal> {
  const world = new ModelWorld();
  const run = await worker.runWorkflow({
    plan: planOf('keep'),
    world,
  });
  await run.endedAs('completed');
  const names = new Set(world.names as string[]);
  const timeline = await run.timeline();
  const listTimers = (entries: string[]) => [
    ...new Set(entries.filter((entry) => !names.has(entry) && entry !== 'watchSignals')),
  ];
  return {
    world,
    timers: {
      all: listTimers(timeline),
      withUsers: listTimers(timeline.slice(timeline.indexOf('setWeight'))),
    },
  };
}

/**
 * Runs a case to its end.
 * @param completed what a run leaves to which nothing comes
 * @returns what is not as it has to be, in words
 */
export async function tryCase(worker: StubWorker, planned: Case, completed: Snapshot, count: Count): Promise<string[]> {
  const world = new ModelWorld(planned);
  const before = world.account.snapshot();
  const longTimer = 'timer' in planned.moment ? planned.moment.timer : undefined;
  const run = await worker.runWorkflow({
    plan: planOf(planned.cleanup),
    world,
    ...(longTimer !== undefined && { longTimer }),
  });
  const say = WORDS[planned.cause];
  if (say) {
    world.say = (times) => {
      count('words', planned.cause === 'nonsense' ? NONSENSE.length : 1);
      return say(run.handle, times);
    };
  } else count('faults');
  if (longTimer !== undefined) {
    await untilTimerRuns(run.handle, longTimer);
    await world.come(longTimer);
  }
  const { status, wasAsked } = await driveToEnd(run, world, planned);
  return [
    ...judgeStatus(status, planned),
    ...(mustAsk(planned) && !wasAsked ? [NOBODY_ASKED] : []),
    ...judgeAccount(world.account, planned, before, completed),
    ...(await listFailedTasks(run.handle)),
  ];
}

/**
 * Whoever is asked what to do after a failure (a retry, a host's return, a grave approval) says abort, once a weight
 * was asked for. Before that nobody does, and the plan's time runs out.
 */
async function driveToEnd(
  run: Run,
  world: ModelWorld,
  { cause }: Case,
): Promise<{ status: Status; wasAsked: boolean }> {
  const ending = run.handle.result();
  let wasAsked = false;
  if (cause !== 'failure') return { status: await ending, wasAsked };
  const status = await until(
    'the end',
    async () => {
      const ended = await Promise.race([ending, pause(LOOK_MS)]);
      if (ended) return ended;
      const { waitingFor, outcome } = await run.status();
      const hasUsers = world.moments.includes('setWeight#1');
      const isHeld = outcome === null && hasUsers && waitingFor !== null && HOLDS.includes(waitingFor.for);
      if (!isHeld) return undefined;
      wasAsked = true;
      await run.say('abort').catch(() => undefined);
      return undefined;
    },
    {
      progress: () => run.status(),
      stallMs: STALL_MS,
    },
  );
  return { status, wasAsked };
}

function judgeStatus({ outcome, leftovers }: Status, planned: Case): string[] {
  const expected = expectOutcome(planned);
  const problems = outcome === expected ? [] : [`ended ${outcome}, not ${expected}`];
  return [...problems, ...leftovers.map(({ what, why }) => `left over: ${what}: ${why}`)];
}

function judgeAccount(account: Account, planned: Case, before: Snapshot, completed: Snapshot): string[] {
  const after = account.snapshot();
  const expected = expectSnapshot(after, planned, before, completed);
  return [...account.violations, ...compare('', expected, after)];
}

/** What has to be there at the end. */
function expectSnapshot(after: Snapshot, planned: Case, before: Snapshot, completed: Snapshot): Snapshot {
  if (expectOutcome(planned) === 'completed')
    return {
      ...completed,
      backups: after.backups,
    };
  // a backup image is kept: it is what a human may need
  const given = {
    ...before,
    backups: after.backups,
  };
  if (planned.cleanup === 'delete') return given;
  const stopped = Object.entries(after.services).map(([name, state]) => [
    name,
    {
      ...state,
      count: 0,
    },
  ]);
  return {
    ...given,
    resources: after.resources,
    services: Object.fromEntries(stopped) as Snapshot['services'],
  };
}
