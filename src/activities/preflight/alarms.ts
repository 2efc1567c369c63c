import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { Deps } from '../clients';
import { isDenied } from '../failures';
import type { Look } from './finding';
import { sayAlarms, sayAlarmsUnreadable, sayNoAlarm } from './texts/account';

/**
 * An alarm that is red already says nothing about the move, and ECS ignores it for a
 * deployment that begins now.
 */
export async function lookAtAlarms(deps: Deps): Promise<Look> {
  try {
    const red = await listRedAlarms(deps);
    return { findings: [red.length === 0 ? sayNoAlarm() : sayAlarms(red)] };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { findings: [sayAlarmsUnreadable(error)] };
  }
}

async function listRedAlarms(deps: Deps): Promise<string[]> {
  const { cloudwatch } = deps.clients;
  const red: string[] = [];
  const pages = paginateDescribeAlarms({ client: cloudwatch }, { StateValue: 'ALARM' });
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
    const alarms = [...MetricAlarms, ...CompositeAlarms];
    red.push(...alarms.map(({ AlarmName }) => AlarmName!));
  }
  return red;
}
