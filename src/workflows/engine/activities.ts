import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import { ATTEMPTS, type ActivityName, type InputOf, type OutputOf } from '../../contract/activities';
import type { Attempts } from '../../contract/attempts';
import { imagesQueueOf } from '../../contract/messages';
import { isUnreadable } from '../../contract/unreadable';
import { failFor } from './failures';

/** `ordinary`: a failure is soon a human's. `long`: it is tried for about an hour, since nobody waits for it. */
export type Patience = 'ordinary' | 'long';

/**
 * An effect that has begun is waited for, even when it is cancelled: an undo that overtakes its effect would find
 * nothing to take back.
 */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

const BACKOFF = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '15s',
} as const;
/** Tries of each patience: at pauses of up to 15 s some two minutes, or an hour. */
const TRIES: Record<Patience, number> = {
  ordinary: 12,
  long: 240,
};

/**
 * How long a dead worker stays unnoticed: every activity heartbeats by itself, each second. Measured on two cores: at a
 * load of 20 the latest heartbeat came after 1.3 s; at 44, one of 84 after 6.3 s, which costs one more try.
 */
const NOTICED = '4s';

const OPTIONS: Record<Exclude<Attempts, 'local'>, (patience: Patience) => ActivityOptions> = {
  quick: (patience) => ({
    startToCloseTimeout: '2m',
    heartbeatTimeout: NOTICED,
    retry: {
      ...BACKOFF,
      maximumAttempts: TRIES[patience],
    },
  }),
  waiting: (patience) => ({
    startToCloseTimeout: '6h',
    heartbeatTimeout: NOTICED,
    retry: {
      ...BACKOFF,
      maximumAttempts: TRIES[patience],
    },
  }),
  question: () => ({
    startToCloseTimeout: '10m',
    heartbeatTimeout: NOTICED,
    retry: {
      ...BACKOFF,
      maximumAttempts: 4,
    },
  }),
  figure: () => ({
    scheduleToCloseTimeout: '3m',
    heartbeatTimeout: NOTICED,
    retry: {
      ...BACKOFF,
      maximumAttempts: 4,
    },
  }),
  // a build host that is not there is named after an hour
  build: () => ({
    taskQueue: imagesQueueOf(workflowInfo().taskQueue),
    scheduleToStartTimeout: '1h',
    startToCloseTimeout: '1h',
    heartbeatTimeout: NOTICED,
    retry: {
      ...BACKOFF,
      initialInterval: '2s',
      maximumInterval: '30s',
      maximumAttempts: 5,
    },
  }),
  watch: () => ({
    startToCloseTimeout: '60d',
    heartbeatTimeout: NOTICED,
    retry: {
      ...BACKOFF,
      backoffCoefficient: 1.5,
    },
  }),
};

/** Another try would answer the same, but for a worker that ends meanwhile: then the whole task is done anew. */
const LOCAL_OPTIONS = {
  startToCloseTimeout: '1m',
  retry: { maximumAttempts: 2 },
} as const;

/** An activity that has begun and has not ended. */
export interface Effect {
  name: ActivityName;
  input: unknown;
  ended: Promise<unknown>;
}

/** Those of this run: each workflow has its modules for itself. */
const underWay = new Set<Effect>();

/** Waits until those that are meant have ended, well or not. */
export async function waitForEffects(isMeant: (effect: Effect) => boolean): Promise<void> {
  const meant = [...underWay].filter(isMeant);
  await Promise.allSettled(meant.map(({ ended }) => ended));
}

function track(effect: Effect): void {
  underWay.add(effect);
  const forget = () => underWay.delete(effect);
  effect.ended.then(forget, forget);
}

type Callable = { executeWithOptions(options: { summary: string }, args: [unknown]): Promise<unknown> };

/**
 * Runs an activity as its contract says that it is tried.
 * @param summary in an operator's words: the timeline of the Temporal UI shows it
 * @param patience is the rollback's to choose
 * @throws ActivityFailure; UnreadableResult where what was answered can't be read
 */
export function perform<N extends ActivityName>(
  name: N,
  summary: string,
  input: InputOf<N>,
  patience: Patience = 'ordinary',
): Promise<OutputOf<N>> {
  const activities = proxyFor(ATTEMPTS[name], patience) as unknown as Record<N, Callable>;
  const ended = activities[name].executeWithOptions({ summary }, [input]).then((result) => read<N>(name, result));
  track({
    name,
    input,
    ended,
  });
  return ended;
}

function proxyFor(attempts: Attempts, patience: Patience) {
  if (attempts === 'local') return proxyLocalActivities(LOCAL_OPTIONS);
  return proxyActivities({ ...OPTIONS[attempts](patience), cancellationType });
}

function read<N extends ActivityName>(name: N, result: unknown): OutputOf<N> {
  if (!isUnreadable(result)) return result as OutputOf<N>;
  throw failFor('UnreadableResult', `${name}: its result can't be read: ${result.unreadable}`);
}
