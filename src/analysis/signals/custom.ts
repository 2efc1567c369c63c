import type { SignalPlan } from '../../plan/analysis';
import type { Source } from '../query';

/** A metric that somebody publishes, by default in namespace LGTM/Migration: its average of each period. */
export function customSignal({ namespace, metric, dimensions }: SignalPlan): Source {
  return {
    queries: () => [{ namespace, metric, dimensions, stat: 'Average' }],
    points: ([series]) => [...(series ?? [])].map(([at, value]) => ({ at, value, samples: 1 })),
  };
}
