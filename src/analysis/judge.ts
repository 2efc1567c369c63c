import type { SignalPlan } from '../plan/analysis';
import type { DataPoint, Measurement, Verdict } from './types';

/** Judges one data point against its limit; too few samples prove nothing either way. */
export function judge(name: string, signal: SignalPlan, point: DataPoint): Measurement {
  const holds = signal.max !== undefined ? point.value <= signal.max : point.value >= signal.min!;
  const few = point.samples < signal.minSamples;
  return {
    ...blank(name, signal, few ? 'inconclusive' : holds ? 'pass' : 'fail', point.at),
    value: point.value,
    ...(few ? { message: `${point.samples} of ${signal.minSamples} samples` } : {}),
  };
}

/** A look that found no data point: what that means is the signal's `onNoData`. */
export function noData(name: string, signal: SignalPlan, at: number): Measurement {
  return { ...blank(name, signal, signal.onNoData, at), message: 'no data' };
}

/** A look that could not be made. */
export function notSeen(name: string, signal: SignalPlan, at: number, message: string): Measurement {
  return { ...blank(name, signal, 'error', at), message };
}

function blank(name: string, signal: SignalPlan, verdict: Verdict, at: number): Measurement {
  return {
    signal: name,
    class: signal.class,
    verdict,
    unit: signal.unit,
    limit: signal.max ?? signal.min!,
    comparison: signal.max !== undefined ? '≤' : '≥',
    at: new Date(at).toISOString(),
  };
}
