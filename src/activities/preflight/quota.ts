import { GetMetricDataCommand, type Metric } from '@aws-sdk/client-cloudwatch';
import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import type { Look } from './finding';
import { readServices } from './services';
import {
  sayQuotaSuffices,
  sayQuotaTooSmall,
  sayQuotaTooSmallToRoll,
  sayQuotaUnknown,
  type Vcpus,
} from './texts/account';

const HOUR_MS = 3_600_000;
const PERIOD_S = 300;
/**
 * Fargate's On-Demand vCPUs in use; CloudWatch knows the quota beside the usage that it
 * limits.
 */
const USAGE: Metric = {
  Namespace: 'AWS/Usage',
  MetricName: 'ResourceCount',
  Dimensions: [
    {
      Name: 'Service',
      Value: 'Fargate',
    },
    {
      Name: 'Type',
      Value: 'Resource',
    },
    {
      Name: 'Resource',
      Value: 'vCPU',
    },
    {
      Name: 'Class',
      Value: 'Standard/OnDemand',
    },
  ],
};

/** Whether the account's Fargate quota has room for the plan's tasks. */
export async function lookAtQuota(deps: Deps, plan: Plan): Promise<Look> {
  const running = await countRunningTasks(deps, plan);
  const needed = addVcpus(plan, running);
  const rolling = findLargestRoll(plan);
  const { used, quota } = await readUsage(deps);
  // both are absent until something has run on Fargate
  if (used === undefined || quota === undefined) {
    return {
      findings: [
        sayQuotaUnknown({
          used: used ?? 0,
          needed,
          rolling,
        }),
      ],
    };
  }
  return {
    findings: [
      judgeQuota({
        quota,
        used,
        needed,
        rolling,
      }),
    ],
  };
}

function judgeQuota(vcpus: Vcpus): Finding {
  const { quota, used, needed, rolling } = vcpus;
  if (used + needed > quota) return sayQuotaTooSmall(vcpus);
  return used + needed + rolling > quota ? sayQuotaTooSmallToRoll(vcpus) : sayQuotaSuffices(vcpus);
}

async function countRunningTasks(deps: Deps, plan: Plan): Promise<Map<string, number>> {
  const services = await readServices(deps, plan);
  return new Map(services.map(({ serviceName, runningCount }) => [serviceName!, runningCount ?? 0]));
}

/** What an earlier run left running is in use already. */
function addVcpus({ services }: Plan, running: Map<string, number>): number {
  return Object.entries(services).reduce((sum, [name, { cpu, count }]) => {
    const missing = Math.max(0, count - (running.get(name) ?? 0));
    return sum + cpu * missing;
  }, 0);
}

/** The most that a deployment of one service takes beside its own tasks. */
function findLargestRoll({ services }: Plan): number {
  const extra = Object.values(services).map(({ cpu, count, deployment }) => {
    const most = Math.floor((count * deployment.maximumPercent) / 100);
    return cpu * (most - count);
  });
  return Math.max(...extra);
}

async function readUsage(deps: Deps): Promise<{ used?: number; quota?: number }> {
  const { cloudwatch } = deps.clients;
  const command = new GetMetricDataCommand({
    StartTime: new Date(Date.now() - HOUR_MS),
    EndTime: new Date(),
    MetricDataQueries: [
      {
        Id: 'used',
        MetricStat: {
          Metric: USAGE,
          Period: PERIOD_S,
          Stat: 'Maximum',
        },
      },
      {
        Id: 'quota',
        Expression: 'SERVICE_QUOTA(used)',
      },
    ],
  });
  const { MetricDataResults = [] } = await cloudwatch.send(command);
  const newest = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values?.[0];
  const [used, quota] = [newest('used'), newest('quota')];
  return {
    ...(used === undefined ? {} : { used }),
    ...(quota === undefined ? {} : { quota }),
  };
}
