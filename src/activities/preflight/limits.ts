import { GetMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import type { Finding } from '../../contract/findings';
import { servicesOf } from './existing';
import { fail, pass, warn } from './index';

const HOUR_MS = 3_600_000;
/** Service Quotas' name of Fargate's On-Demand vCPUs; a new account has 6 (AWS General Reference, ECS quotas). */
const QUOTA = 'L-3032A538';
const ALARMS_NAMED = 5;

/** What the account bears, and what is wrong in it before we begin. */
export async function limitFindings(deps: Deps, plan: Plan): Promise<Finding[]> {
  return (await Promise.all([vcpus(deps, plan), alarms(deps)])).flat();
}

/** CloudWatch knows a quota beside the usage that it limits; both are absent until something has run on Fargate. */
async function vcpus({ clients: { cloudwatch, ecs } }: Deps, plan: Plan): Promise<Finding[]> {
  const running = Object.fromEntries(
    (await servicesOf(ecs, plan)).map(({ serviceName, runningCount }) => [serviceName!, runningCount ?? 0]),
  );
  // what an earlier run left running is in use already
  const needed = Object.entries(plan.services).reduce(
    (sum, [name, { cpu, count }]) => sum + cpu * Math.max(0, count - (running[name] ?? 0)),
    0,
  );
  const rolling = Math.max(
    ...Object.values(plan.services).map(
      ({ cpu, count, deployment }) => cpu * (Math.floor((count * deployment.maximumPercent) / 100) - count),
    ),
  );
  const usage = {
    Namespace: 'AWS/Usage',
    MetricName: 'ResourceCount',
    Dimensions: Object.entries({
      Service: 'Fargate',
      Type: 'Resource',
      Resource: 'vCPU',
      Class: 'Standard/OnDemand',
    }).map(([Name, Value]) => ({ Name, Value })),
  };
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - HOUR_MS),
      EndTime: new Date(),
      MetricDataQueries: [
        { Id: 'used', MetricStat: { Metric: usage, Period: 300, Stat: 'Maximum' } },
        { Id: 'quota', Expression: 'SERVICE_QUOTA(used)' },
      ],
    }),
  );
  const newest = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values?.[0];
  const [used, quota] = [newest('used'), newest('quota')];
  const fix = `aws service-quotas request-service-quota-increase --service-code fargate --quota-code ${QUOTA} --desired-value ${Math.ceil((used ?? 0) + needed + rolling)}`;
  if (used === undefined || quota === undefined)
    return [
      warn(
        'quota',
        `the plan needs ${needed} Fargate vCPUs; the account's quota is not known to CloudWatch (nothing ran on Fargate), a new account has 6`,
        `look at aws service-quotas get-service-quota --service-code fargate --quota-code ${QUOTA}; if it is less: ${fix}`,
      ),
    ];
  const state = `Fargate vCPUs: quota ${quota}, ${used} in use, the plan needs ${needed}`;
  if (used + needed > quota) return [fail('quota', state, fix)];
  return [
    used + needed + rolling > quota
      ? warn('quota', `${state} and ${rolling} more while a service rolls`, fix)
      : pass('quota', state),
  ];
}

/** An alarm that is red already says nothing about the move, and ECS ignores it for a deployment that begins now. */
async function alarms({ clients: { cloudwatch } }: Deps): Promise<Finding[]> {
  const red: string[] = [];
  try {
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
      { client: cloudwatch },
      { StateValue: 'ALARM' },
    )) {
      red.push(...[...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName!));
    }
  } catch (error) {
    if (!isAws(error, 'AccessDenied')) throw error;
    return [
      warn('alarms', 'alarms can not be read', 'look at them before the start, or allow cloudwatch:DescribeAlarms'),
    ];
  }
  if (red.length === 0) return [pass('alarms', 'no alarm is red')];
  const named = red.slice(0, ALARMS_NAMED).join(', ');
  return [
    warn(
      'alarms',
      `${red.length} alarm${red.length === 1 ? ' is' : 's are'} red already: ${named}${red.length > ALARMS_NAMED ? ' …' : ''}`,
      'find out why before the start: afterwards nobody can tell what the move has done',
    ),
  ];
}
