import {
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import { nameTargetGroup } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from '../absence';
import { findForeignTargets } from './foreign-targets';
import { findingsOf } from './reading';
import { sayHealthPathDiffers, sayTargetGroupDiffers } from './texts/network';

type Service = Plan['services'][string];

/**
 * Target groups that are there already and differ in what can't be changed, or should not
 * be without being told.
 */
export async function findTargetGroupProblems(
  deps: Deps,
  plan: Plan,
  balancer: LoadBalancer | undefined,
): Promise<Finding[]> {
  const exposed = Object.entries(plan.services).filter(([, { expose }]) => expose);
  const findings = await Promise.all(
    exposed.map(async ([name, service]) => {
      const group = await findGroup(deps, nameTargetGroup(name, service));
      if (!group) return [];
      const foreign = await findingsOf(findForeignTargets(deps, plan, name, group));
      return [...judgeGroup(plan, name, service, group, balancer), ...foreign];
    }),
  );
  return findings.flat();
}

async function findGroup(deps: Deps, name: string): Promise<TargetGroup | undefined> {
  const { elb } = deps.clients;
  const asking = elb.send(new DescribeTargetGroupsCommand({ Names: [name] }));
  const answer = await orNothing(asking, 'TargetGroupNotFound');
  return answer?.TargetGroups?.[0];
}

/** The first difference: what follows from another one would only confuse. */
function judgeGroup(
  { loadBalancer }: Plan,
  name: string,
  service: Service,
  group: TargetGroup,
  balancer: LoadBalancer | undefined,
): Finding[] {
  const { VpcId, Port, TargetType, HealthCheckPath, TargetGroupArn } = group;
  const { port, health } = service;
  const groupName = nameTargetGroup(name, service);
  if (balancer && VpcId !== balancer.VpcId) {
    return [sayTargetGroupDiffers(groupName, `in ${VpcId}, ${loadBalancer.name} in ${balancer.VpcId}`)];
  }
  if (Port !== port || TargetType !== 'ip') {
    return [sayTargetGroupDiffers(groupName, `for ${TargetType} port ${Port}, ${name} needs ip port ${port}`)];
  }
  if (HealthCheckPath === health.path) return [];
  const paths = {
    asked: HealthCheckPath,
    answered: health.path,
  };
  return [sayHealthPathDiffers(groupName, TargetGroupArn, name, paths)];
}
