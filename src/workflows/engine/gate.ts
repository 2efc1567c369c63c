import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { WatchState } from '../../analysis/types';
import { milliseconds, type Duration } from '../../plan/duration';
import { Breach, messageOf } from './failures';
import type { Release } from '../phases/deploy';
import type { Migration } from './migration';
import { watch } from './activities';
import type { Waiting } from '../../contract/status';

/** A bake: its timer, the watch, the verdict, and the approval where the plan wants one. */
export interface Bake {
  /** `50 %`, `the week` */
  what: string;
  bake: Duration;
  /** what an approval would let happen; absent: none is awaited */
  approval?: string | (() => string);
  /** the approval is needed no more: what it was for is gone */
  lifted?: () => boolean;
  /** a retry ends it too */
  retry?: boolean;
  /** what is to be done between the end of the bake and the approval */
  before?: () => Promise<unknown>;
}

const FRESH: WatchState = { verdict: 'collecting', counts: {}, measurements: [] };

/**
 * Holds until the bake is over, the signals have passed and whoever must approve has: in any order, and
 * the measuring never stops meanwhile. A breach beats a pending approval.
 * @throws Breach when a signal failed more often than the plan bears
 */
export async function gate(
  run: Migration,
  release: Release,
  { what, bake, approval, lifted = () => false, retry = false, before }: Bake,
): Promise<void> {
  const { plan, control, progress } = run;
  let state = FRESH;
  let baked = false;
  control.promoted = false;
  control.approved = false;
  control.retried = false;
  progress.judged(state);

  const until = new Date(Date.now() + milliseconds(bake)).toISOString();
  const needed = () => approval !== undefined && !control.approved && !lifted() && !(retry && control.retried);
  const now = () => ({
    what,
    baked: over(),
    until,
    state,
    retry,
    ...(needed() ? { approval: typeof approval === 'function' ? approval() : approval! } : {}),
  });
  const over = () => baked || control.promoted;
  const measuring = new CancellationScope();
  let broken: unknown = null;
  const measured = measuring
    .run(async () => {
      await run.rest(milliseconds(plan.analysis.initialDelay), `first look at ${what}`);
      while (state.verdict !== 'failed') {
        state = (await watch(`watch the signals at ${what}`, request(run, release, state))).state;
        progress.judged(state);
      }
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) broken = error;
    });
  const timed = measuring
    .run(async () => {
      run.baking = true;
      await run.rest(milliseconds(bake), `bake ${what}`);
      await before?.();
      baked = true;
    })
    .catch(() => undefined);

  const ready = () => control.abort === null && over() && state.verdict === 'passing' && !control.paused && !needed();
  const stopped = () => state.verdict === 'failed' || broken !== null;
  try {
    for (let shown = ''; !ready() && !stopped();) {
      const waiting = standing(run, now());
      run.baking = !over();
      if (over()) progress.gating();
      const key = JSON.stringify(waiting);
      if (key !== shown) progress.waiting(waiting);
      shown = key;
      await condition(() => ready() || stopped() || JSON.stringify(standing(run, now())) !== shown);
    }
    if (broken !== null) throw broken;
  } finally {
    run.baking = false;
    progress.waiting(null);
    measuring.cancel();
    await Promise.all([measured, timed]);
  }
  // after the last look, which may have come while the gate ended
  if (stopped()) throw breachOf(state, `at ${what}`);
}

/**
 * Holds for a retry; once users are on ECS the signals are judged meanwhile, and a breach beats a human's mending.
 * @returns false when nobody said retry in the plan's time
 * @throws Breach
 */
export async function heldMeasured(run: Migration, release: Release, what: string, reason: string): Promise<boolean> {
  if (run.status.weight === 0) return run.heldForRetry(what, reason);
  const measuring = new CancellationScope();
  let breach: Breach | null = null;
  const watched = measuring
    .run(async () => {
      await run.rest(milliseconds(run.plan.analysis.initialDelay), `first look before the ${what}`);
      for (let state = FRESH; ;) {
        state = (await watch(`watch the signals before the ${what}`, request(run, release, state))).state;
        run.progress.judged(state);
        if (state.verdict !== 'failed') continue;
        breach = breachOf(state, `before the ${what}`);
        return;
      }
    })
    .catch((error: unknown) => {
      // a hold outlives its watch: a human is there
      if (!isCancellation(error)) run.progress.event(`the signals can't be watched: ${messageOf(error)}`);
    });
  try {
    const heard = await run.heldForRetry(what, reason, () => breach !== null);
    if (breach !== null) throw breach as Breach;
    return heard;
  } finally {
    measuring.cancel();
    await watched;
  }
}

const breachOf = (state: WatchState, where: string) =>
  new Breach(state.failedClass ?? 'availability', `${where}: ${state.reason ?? 'a signal failed'}`);

/** What the gate stands still for now, and the words that would move it. */
function standing(
  { control }: Migration,
  now: { what: string; baked: boolean; until: string; state: WatchState; retry: boolean; approval?: string },
): Omit<Waiting, 'since'> {
  const reason = now.state.verdict === 'holding' && now.state.reason ? { reason: now.state.reason } : {};
  if (control.paused) return { for: 'resume', what: 'resume', verbs: ['resume', 'abort'], ...reason };
  if (!now.baked)
    return {
      for: 'bake',
      what: `the bake of ${now.what}`,
      until: now.until,
      verbs: ['promote', 'pause', 'abort'],
      ...reason,
    };
  if (now.approval)
    return {
      for: 'approval',
      what: `approval: ${now.approval}`,
      verbs: ['approve', ...(now.retry ? ['retry' as const] : []), 'pause', 'abort'],
      ...reason,
    };
  return { for: 'bake', what: `the signals of ${now.what}`, verbs: ['pause', 'abort'], ...reason };
}

function request({ plan }: Migration, release: Release, state: WatchState) {
  return {
    analysis: plan.analysis,
    cluster: release.cluster,
    loadBalancer: release.loadBalancer.dimension,
    services: Object.entries(release.counts).map(([name, count]) => {
      const group = release.targetGroups[name];
      return { name, count, ...(group ? { targetGroup: group.dimension } : {}) };
    }),
    state,
    verdict: state.verdict,
  };
}
