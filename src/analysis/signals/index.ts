import type { SignalPlan } from '../../plan/analysis';
import type { KnownSource, MetricOf } from '../../plan/metrics';
import { isKnownSource, METRICS } from '../../plan/metrics';
import { describeUnknownMetric } from '../../plan/texts';
import type { SignalSource } from '../query';
import { customSignal } from './custom';
import { ecsSignals } from './ecs';
import { loadBalancerSignals } from './load-balancer';
import { probeSignals } from './probe';

/**
 * Every metric that the plan may name is measured:
 * this does not compile without one of them.
 */
type Sources = {
  [Name in KnownSource]: Record<MetricOf<Name>, SignalSource>;
};

const SOURCES: Sources = {
  'load-balancer': loadBalancerSignals,
  ecs: ecsSignals,
  probe: probeSignals,
};

/**
 * How a signal of the plan is measured.
 * @throws where the source does not know the metric, which no checked plan has
 */
export function findSignalSource(signal: SignalPlan): SignalSource {
  const { source, metric } = signal;
  if (!isKnownSource(source)) return customSignal(signal);
  const sources: Record<string, SignalSource> = SOURCES[source];
  const found = sources[metric];
  if (found) return found;
  const known = METRICS[source];
  throw new Error(describeUnknownMetric(source, metric, known));
}
