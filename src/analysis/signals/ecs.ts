import type { Source } from '../query';

/** Container Insights of the cluster: the worst service's running tasks, in percent of those it should have. */
export const ecsSignals: Record<string, Source> = {
  'running-share': {
    queries: ({ cluster, services }) =>
      services.flatMap(({ name }) =>
        (['RunningTaskCount', 'DesiredTaskCount'] as const).map((metric) => ({
          namespace: 'ECS/ContainerInsights',
          metric,
          dimensions: { ClusterName: cluster, ServiceName: name },
          stat: 'Average' as const,
        })),
      ),
    points: (series) => {
      const pairs = series.flatMap((running, index) =>
        index % 2 === 0 ? [{ running, desired: series[index + 1]! }] : [],
      );
      const times = new Set(pairs.flatMap(({ running }) => [...running.keys()]));
      return [...times]
        .filter((at) => pairs.every(({ running, desired }) => running.has(at) && desired.has(at)))
        .map((at) => ({
          at,
          samples: pairs.length,
          value: Math.min(
            ...pairs.map(({ running, desired }) =>
              desired.get(at)! === 0 ? 100 : (100 * running.get(at)!) / desired.get(at)!,
            ),
          ),
        }));
    },
  },
};
