import type { MetricOf } from '../../plan/metrics';
import { isJudged, listSharedPeriods, type MetricQuery, type Series, type SignalSource } from '../query';

function queryTasks(metric: string, cluster: string, service: string): MetricQuery {
  return {
    namespace: 'ECS/ContainerInsights',
    metric,
    dimensions: { ClusterName: cluster, ServiceName: service },
    stat: 'Average',
  };
}

/** One service's tasks by period. */
interface Tasks {
  running: Series;
  desired: Series;
}

/** The worst service's running tasks, in percent of those it should have. */
const runningShare: SignalSource = {
  queries: ({ cluster, services }) =>
    services.flatMap(({ name }) => [
      queryTasks('RunningTaskCount', cluster, name),
      queryTasks('DesiredTaskCount', cluster, name),
    ]),
  points: (series, subject) => {
    const services = pairUp(series);
    return listSharedPeriods(series).flatMap((at) => {
      const judged = services.filter((_, index) => isJudged(subject.services[index]!, at));
      const shares = judged.map((tasks) => shareAt(at, tasks));
      const value = Math.min(...shares);
      return shares.length > 0
        ? [
            {
              at,
              samples: shares.length,
              value,
            },
          ]
        : [];
    });
  },
};

/**
 * Series come as they were asked for:
 * running and desired of the first service, then of the next.
 */
function pairUp(series: Series[]): Tasks[] {
  const services: Tasks[] = [];
  for (let index = 0; index < series.length; index += 2) {
    const [running, desired] = series.slice(index, index + 2);
    services.push({
      running: running!,
      desired: desired!,
    });
  }
  return services;
}

/** Percent; a service that should have no tasks has them all. */
function shareAt(period: number, { running, desired }: Tasks): number {
  const wanted = desired.get(period)!;
  const present = running.get(period)!;
  return wanted === 0 ? 100 : (100 * present) / wanted;
}

/** Container Insights of the cluster. */
export const ecsSignals: Record<MetricOf<'ecs'>, SignalSource> = { 'running-share': runningShare };
