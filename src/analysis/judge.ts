import type { SignalPlan } from '../plan/analysis';
import { describeSamples, NO_DATA } from './texts';
import type { DataPoint, Measurement, Verdict } from './types';

/**
 * Judges one data point against its limit;
 * too few samples prove nothing either way.
 */
export function judgePoint(name: string, signal: SignalPlan, point: DataPoint): Measurement {
  const { at, value, samples } = point;
  if (samples < signal.minSamples) {
    const message = describeSamples(samples, signal.minSamples);
    return {
      ...startMeasurement(name, signal, 'inconclusive', at),
      value,
      message,
    };
  }
  const verdict = isWithin(signal, value) ? 'pass' : 'fail';
  return { ...startMeasurement(name, signal, verdict, at), value };
}

/**
 * A look at `at` (epoch ms) that found no data point:
 * what that means is the signal's `onNoData`.
 */
export function measureSilence(name: string, signal: SignalPlan, at: number): Measurement {
  const look = startMeasurement(name, signal, signal.onNoData, at);
  return { ...look, message: NO_DATA };
}

/** A look at `at` (epoch ms) that could not be made, and why. */
export function measureFailedLook(name: string, signal: SignalPlan, at: number, message: string): Measurement {
  const look = startMeasurement(name, signal, 'error', at);
  return { ...look, message };
}

/** A signal has one limit, `max` or `min`: the schema sees to it. */
function isWithin({ max, min }: SignalPlan, value: number): boolean {
  return max !== undefined ? value <= max : value >= min!;
}

function startMeasurement(name: string, signal: SignalPlan, verdict: Verdict, at: number): Measurement {
  const { max, min, unit } = signal;
  return {
    signal: name,
    class: signal.class,
    verdict,
    unit,
    limit: max ?? min!,
    comparison: max !== undefined ? '≤' : '≥',
    at: new Date(at).toISOString(),
  };
}
