import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetServiceCommand } from '@aws-sdk/client-servicediscovery';
import type { WatchedService, WatchRequest } from '../../contract/watch';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { tellGone, tellUnrouted } from './texts';

/** DescribeServices takes ten. Source: its API reference */
const AT_ONCE = 10;

/**
 * What users come through and somebody has deleted, each in words: without it a signal has no data, which is not bad by
 * itself. A listener's rule is looked for by what it does: a target group that nothing forwards to names no balancer.
 */
export async function listMissing(deps: Deps, { cluster, services }: WatchRequest): Promise<string[]> {
  const looks = await Promise.all([
    listMissingServices(deps, cluster, services),
    ...services.map((service) => listMissingGroup(deps, service)),
    ...services.map((service) => listMissingRegistry(deps, service)),
  ]);
  return looks.flat();
}

async function listMissingServices(deps: Deps, cluster: string, services: WatchedService[]): Promise<string[]> {
  const names = services.map(({ name }) => name);
  const running = new Set<string | undefined>();
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const command = new DescribeServicesCommand({ cluster, services: names.slice(at, at + AT_ONCE) });
    const { services: found = [] } = await deps.clients.ecs.send(command);
    for (const { serviceName, status } of found) if (status === 'ACTIVE') running.add(serviceName);
  }
  return names.filter((name) => !running.has(name)).map((name) => tellGone(`ECS service ${name}`));
}

async function listMissingGroup(deps: Deps, { name, targetGroupArn }: WatchedService): Promise<string[]> {
  if (targetGroupArn === undefined) return [];
  try {
    const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] });
    const { TargetGroups } = await deps.clients.elb.send(command);
    const balancers = TargetGroups?.[0]?.LoadBalancerArns ?? [];
    return balancers.length === 0 ? [tellUnrouted(name)] : [];
  } catch (error) {
    if (isAws(error, 'TargetGroupNotFound')) return [tellGone(`the target group of ${name}`)];
    throw error;
  }
}

async function listMissingRegistry(deps: Deps, { name, discovery }: WatchedService): Promise<string[]> {
  if (discovery === undefined) return [];
  try {
    const id = discovery.split('/').at(-1);
    await deps.clients.discovery.send(new GetServiceCommand({ Id: id }));
    return [];
  } catch (error) {
    if (isAws(error, 'ServiceNotFound')) return [tellGone(`the Cloud Map service of ${name}`)];
    throw error;
  }
}
