import { DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateListInstances } from '@aws-sdk/client-servicediscovery';
import type { OutputOf } from '../../contract/activities';
import type { VerificationRequest } from '../../contract/services';
import type { Deps } from '../clients';
import { findService } from './service';

/**
 * Looks whether a service's tasks run, are healthy, are
 * in Cloud Map and write logs; says what is not so.
 */
export async function verifyService(deps: Deps, request: VerificationRequest): Promise<OutputOf<'verifyService'>> {
  const { cluster, service, count, targetGroup, discoveryService, logGroup } = request;
  const problems: string[] = [];
  const found = await findService(deps, cluster, service);
  const running = found?.runningCount ?? 0;
  if (running < count) problems.push(`${running} of ${count} tasks run`);
  const healthy = targetGroup ? await countHealthyTargets(deps, targetGroup) : count;
  if (healthy < count) problems.push(`${healthy} of ${count} targets are healthy`);
  const instances = await countInstances(deps, discoveryService);
  if (instances < count) problems.push(`${instances} of ${count} tasks are in Cloud Map`);
  const isLogging = await hasLogStreams(deps, logGroup);
  if (!isLogging) problems.push(`nothing is in log group ${logGroup}`);
  return { problems };
}

async function countHealthyTargets(deps: Deps, targetGroup: string): Promise<number> {
  const { elb } = deps.clients;
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
  const { TargetHealthDescriptions = [] } = await elb.send(command);
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}

/** @param discoveryService ARN */
async function countInstances(deps: Deps, discoveryService: string): Promise<number> {
  const { discovery } = deps.clients;
  const serviceId = discoveryService.split('/').at(-1);
  let count = 0;
  for await (const { Instances = [] } of paginateListInstances({ client: discovery }, { ServiceId: serviceId }))
    count += Instances.length;
  return count;
}

async function hasLogStreams(deps: Deps, logGroup: string): Promise<boolean> {
  const { logs } = deps.clients;
  const command = new DescribeLogStreamsCommand({ logGroupName: logGroup, limit: 1 });
  const { logStreams = [] } = await logs.send(command);
  return logStreams.length > 0;
}
