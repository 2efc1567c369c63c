import type { MetricOf } from '../../plan/metrics';
import type { SignalSource } from '../query';

/** A data point for each round that a probe has ended. */
const unansweredShare: SignalSource = {
  queries: () => [],
  points: (_, { rounds = [] }) =>
    rounds.flatMap(({ until, asked, unanswered }) =>
      unanswered === undefined
        ? []
        : [
            {
              at: until,
              value: unanswered,
              samples: asked,
            },
          ],
    ),
};

/** Signals of requests that a probe sends through the load balancer as a user would. */
export const probeSignals: Record<MetricOf<'probe'>, SignalSource> = {
  'unanswered-share': unansweredShare,
};
