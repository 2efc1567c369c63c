import type { Measurement, WatchState } from './types';

/** Shown beside the signals, while something is gone. */
const RESOURCES = 'resources';

/**
 * What users come through is gone: they are not served, whatever the signals say. Seen twice in a row it is a failure:
 * AWS may answer with what was a moment ago.
 * @param before what the look before this one has judged
 * @param missing what is gone, in words
 * @param now epoch ms
 */
export function judgeMissing(state: WatchState, before: WatchState, missing: string[], now: number): WatchState {
  const others = state.measurements.filter(({ signal }) => signal !== RESOURCES);
  if (missing.length === 0) return { ...state, measurements: others };
  const isConfirmed = before.measurements.some(({ signal }) => signal === RESOURCES);
  const reason = missing.join('; ');
  const measurement: Measurement = {
    signal: RESOURCES,
    class: 'availability',
    verdict: isConfirmed ? 'fail' : 'inconclusive',
    value: missing.length,
    unit: 'gone',
    limit: 0,
    comparison: '≤',
    at: new Date(now).toISOString(),
    message: reason,
  };
  const measurements = [...others, measurement];
  if (state.verdict === 'failed') return { ...state, measurements };
  return {
    ...state,
    measurements,
    verdict: isConfirmed ? 'failed' : 'holding',
    reason,
    ...(isConfirmed && { failedClass: 'availability', failedSignal: RESOURCES }),
  };
}
