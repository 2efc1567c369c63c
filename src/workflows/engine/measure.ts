import type { WatchState } from '../../analysis/types';
import type { WatchRequest } from '../../contract/watch';
import { toMilliseconds } from '../../plan/duration';
import { perform } from './activities';
import { FRESH } from './bake';
import { Breach } from './failures';
import type { Run } from './run';
import type { Release } from './release';
import { rest } from './timers';

/**
 * Looks at the signals, from nothing judged until they have failed; the status shows each change of the verdict.
 * @param where `at 50 %`, `before the retry of …`
 * @param tell hears each state
 */
export async function measureSignals(
  migration: Run,
  release: Release,
  where: string,
  tell: (state: WatchState) => void = () => undefined,
): Promise<WatchState> {
  const { plan, progress } = migration;
  await rest(toMilliseconds(plan.analysis.initialDelay), `first look ${where}`);
  let state = FRESH;
  while (state.verdict !== 'failed') {
    const request = requestWatch(migration, release, state);
    ({ state } = await perform('watchSignals', `watch the signals ${where}`, request));
    tell(state);
    progress.showVerdict(state);
  }
  return state;
}

/** Why traffic must go back. */
export function findBreach({ failedClass = 'availability', reason = 'a signal failed' }: WatchState, where: string) {
  return new Breach(failedClass, `${where}: ${reason}`);
}

function requestWatch({ plan }: Run, release: Release, state: WatchState): WatchRequest {
  const { cluster, loadBalancer, counts, targetGroups } = release;
  const services = Object.entries(counts).map(([name, count]) => {
    const group = targetGroups[name];
    return {
      name,
      count,
      ...(group && { targetGroup: group.dimension }),
    };
  });
  const { analysis } = plan;
  return {
    analysis,
    cluster,
    loadBalancer: loadBalancer.dimension,
    services,
    state,
    verdict: state.verdict,
  };
}
