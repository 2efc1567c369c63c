import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { saySignalPublished, saySignalSilent } from './texts/account';

const HOUR_MS = 3_600_000;
const PERIOD_S = 60;

type Signal = Plan['analysis']['signals'][string];

/**
 * Nobody publishes LGTM/Migration by itself: a gate on a metric that is not there would
 * hold for ever.
 */
export async function lookAtSignals(deps: Deps, plan: Plan): Promise<Look> {
  const { cloudwatch } = deps.clients;
  const custom = Object.entries(plan.analysis.signals).filter(([, { source }]) => source === 'custom');
  if (custom.length === 0) return { findings: [] };
  const command = new GetMetricDataCommand({
    StartTime: new Date(Date.now() - HOUR_MS),
    EndTime: new Date(),
    MetricDataQueries: custom.map(([, signal], index) => queryOf(signal, idOf(index))),
  });
  const { MetricDataResults = [] } = await cloudwatch.send(command);
  const findings = custom.map(([name, { namespace, metric }], index) => {
    const result = MetricDataResults.find(({ Id }) => Id === idOf(index));
    const isPublished = (result?.Values ?? []).length > 0;
    const metricName = `${namespace} ${metric}`;
    return isPublished ? saySignalPublished(name, metricName) : saySignalSilent(name, metricName);
  });
  return { findings };
}

function idOf(index: number): string {
  return `m${index}`;
}

function queryOf({ namespace, metric, dimensions }: Signal, id: string): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({
          Name,
          Value,
        })),
      },
      Period: PERIOD_S,
      Stat: 'Average',
    },
  };
}
