import type { SignalPlan } from '../../plan/analysis';
import type { Source } from '../query';
import { customSignal } from './custom';
import { ecsSignals } from './ecs';
import { loadBalancerSignals } from './load-balancer';

const KNOWN: Partial<Record<SignalPlan['source'], Record<string, Source>>> = {
  'load-balancer': loadBalancerSignals,
  ecs: ecsSignals,
};

/** Metrics that a source knows, for errors and docs; undefined where any name will do. */
export function metricsOf(source: SignalPlan['source']): string[] | undefined {
  const known = KNOWN[source];
  return known && Object.keys(known);
}

/** How a signal of the plan is measured. */
export function sourceOf(signal: SignalPlan): Source {
  const known = KNOWN[signal.source];
  if (!known) return customSignal(signal);
  const source = known[signal.metric];
  if (!source)
    throw new Error(`${signal.source} has no metric ${signal.metric}; take one of ${Object.keys(known).join(', ')}`);
  return source;
}
