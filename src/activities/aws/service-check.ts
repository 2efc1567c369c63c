import { DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateListInstances } from '@aws-sdk/client-servicediscovery';
import type { OutputOf } from '../../contract/activities';
import type { VerificationRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { nameGroup } from './listener-rule';
import { findService } from './service';

/**
 * Looks whether a service's tasks run, are healthy, are
 * in Cloud Map and write logs; says what is not so.
 */
export async function verifyService(deps: Deps, request: VerificationRequest): Promise<OutputOf<'verifyService'>> {
  const { count, targetGroup, ingestGroups = [], discoveryService, logGroup } = request;
  const problems: string[] = [];
  const expectAll = (number: number, what: string) => {
    if (number < count) problems.push(`${number} of ${count} ${what}`);
  };
  expectAll(await countTasks(deps, request), 'tasks run');
  if (targetGroup) {
    expectAll(await countHealthyTargets(deps, targetGroup), 'targets are healthy');
  }
  for (const group of ingestGroups) {
    expectAll(await countHealthyTargets(deps, group), `targets are healthy in ${nameGroup(group)}`);
  }
  expectAll(await countInstances(deps, discoveryService), 'tasks are in Cloud Map');
  const isLogging = await hasLogStreams(deps, logGroup);
  if (!isLogging) problems.push(`nothing is in log group ${logGroup}`);
  return { problems };
}

async function countTasks(deps: Deps, request: VerificationRequest): Promise<number> {
  const found = await findService(deps, request.cluster, request.service);
  return found?.runningCount ?? 0;
}

async function countHealthyTargets(deps: Deps, targetGroup: string): Promise<number> {
  const { elb } = deps.clients;
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
  const { TargetHealthDescriptions = [] } = await elb.send(command);
  const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
  return states.filter((state) => state === 'healthy').length;
}

/** @param discoveryService ARN */
async function countInstances(deps: Deps, discoveryService: string): Promise<number> {
  const { discovery } = deps.clients;
  const serviceId = discoveryService.split('/').at(-1);
  let count = 0;
  const pages = paginateListInstances({ client: discovery }, { ServiceId: serviceId });
  for await (const { Instances = [] } of pages) {
    count += Instances.length;
  }
  return count;
}

async function hasLogStreams(deps: Deps, logGroup: string): Promise<boolean> {
  const { logs } = deps.clients;
  const command = new DescribeLogStreamsCommand({
    logGroupName: logGroup,
    limit: 1,
  });
  const { logStreams = [] } = await logs.send(command);
  return logStreams.length > 0;
}
