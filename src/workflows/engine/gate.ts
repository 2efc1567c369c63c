import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { toMilliseconds } from '../../plan/duration';
import { Bake, FRESH, type BakeRequest } from './bake';
import { letAbortWin } from './hold';
import { findBreach, measureSignals } from './measure';
import type { Run } from './run';
import type { Release } from './release';
import { rest } from './timers';

/**
 * Holds until the bake is over, the signals have passed and whoever must approve has: in any order, and the measuring
 * never stops meanwhile. A breach beats a pending approval.
 * @throws Breach when a signal failed more often than the plan tolerates
 */
export async function passGate(migration: Run, release: Release, request: BakeRequest): Promise<void> {
  const { control, progress } = migration;
  const where = `at ${request.what}`;
  const bakeMs = toMilliseconds(request.bake);
  const bake = new Bake(request, control, new Date(Date.now() + bakeMs).toISOString());
  control.expectNewWords();
  progress.showVerdict(FRESH);

  const scope = new CancellationScope();
  let watchError: unknown = null;
  const watching = scope
    .run(() => measureSignals(migration, release, where, (state) => (bake.state = state)))
    .catch((error: unknown) => {
      if (!isCancellation(error)) watchError = error;
    });
  const timing = scope.run(() => timeBake(migration, bake, request, bakeMs)).catch(() => undefined);

  try {
    await showUntil(migration, bake, () => bake.mayEnd() || bake.hasFailed() || watchError !== null);
    if (watchError !== null) throw watchError;
  } finally {
    control.isBaking = false;
    progress.showWaiting(null);
    scope.cancel();
    await Promise.all([watching, timing]);
  }
  letAbortWin(control);
  // after the last look, which may have come while the gate ended
  if (bake.hasFailed()) throw findBreach(bake.state, where);
}

async function timeBake({ control }: Run, bake: Bake, request: BakeRequest, bakeMs: number): Promise<void> {
  control.isBaking = true;
  await rest(bakeMs, `bake ${request.what}`);
  await request.prepareApproval?.();
  bake.isTimedOut = true;
}

/** Shows what the bake stands still for, each time that this is something else, until it ends. */
async function showUntil({ control, progress }: Run, bake: Bake, hasEnded: () => boolean): Promise<void> {
  let shown = '';
  while (!hasEnded()) {
    const waiting = bake.describeWaiting();
    const isNews = JSON.stringify(waiting) !== shown;
    control.isBaking = !bake.isOver();
    if (bake.isOver()) progress.beginGate();
    const expired = control.expireApproval(waiting.question);
    if (expired !== null) progress.addEvent(expired);
    if (isNews) progress.showWaiting(waiting);
    shown = JSON.stringify(waiting);
    await condition(() => hasEnded() || JSON.stringify(bake.describeWaiting()) !== shown);
  }
}
