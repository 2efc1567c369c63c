import { CancellationScope, condition } from '@temporalio/workflow';
import { formatDuration, toMilliseconds } from '../../plan/duration';
import { Bake, type BakeRequest } from './bake';
import { letAbortWin } from './hold';
import { limitHold } from './hold-timeout';
import type { Run } from './run';
import { Standstill } from './standstill';

/**
 * Holds until the bake is over, whoever must approve has, and the signals have passed in a look after that. Meanwhile
 * the watch goes on, and its breach beats whatever is waited for.
 * @throws Breach when a signal failed more often than the plan tolerates
 */
export async function passGate(run: Run, request: BakeRequest): Promise<void> {
  const { control, watch, deployments } = run;
  const bakeMs = toMilliseconds(request.bake);
  const describeDeployment = () => deployments.describeRunning();
  const bake = new Bake(
    { ...request, describeDeployment },
    control,
    watch,
    new Date(Date.now() + bakeMs).toISOString(),
  );
  control.expectNewWords();
  const scope = new CancellationScope();
  const timing = scope.run(() => timeBake(run, bake, request, bakeMs)).catch(() => undefined);
  const standstill = new Standstill(run, () => bake.describeWaiting());
  try {
    while (!(await hasPassed(run, request.what, bake, standstill))) {
      const failure = watch.breach ?? watch.slowness;
      if (failure) throw failure;
    }
  } finally {
    control.isBaking = false;
    standstill.end();
    scope.cancel();
    await timing;
  }
  letAbortWin(run);
}

/** Waits for everything else, then for the signals; false: something came between. */
async function hasPassed(run: Run, what: string, bake: Bake, standstill: Standstill): Promise<boolean> {
  const { watch } = run;
  const hasFailed = () => watch.breach !== null || watch.slowness !== null;
  await standstill.until(() => bake.isReady() || hasFailed());
  if (hasFailed()) return false;
  watch.excuse(bake.excuseAbsence());
  const question = watch.ask();
  const limit = limitHold(run, what);
  bake.goesBackAt = limit.goesBackAt;
  try {
    await standstill.until(() => question.isAnswered || !bake.isReady() || hasFailed());
  } finally {
    limit.lift();
    watch.withdraw(question);
  }
  return question.isAnswered && bake.isReady() && !hasFailed();
}

/** Its timer goes on whatever happens, but for a promote. */
async function timeBake(run: Run, bake: Bake, request: BakeRequest, bakeMs: number): Promise<void> {
  const { control, progress } = run;
  const summary = `bake ${request.what} (${formatDuration(bakeMs)})`;
  control.isBaking = bakeMs > 0;
  if (bakeMs > 0) await condition(() => control.isPromoted, bakeMs, { summary });
  control.isBaking = false;
  bake.isTimedOut = true;
  progress.beginGate();
  await request.prepareEnd?.();
  bake.isPrepared = true;
}
