import { DescribeLoadBalancersCommand, type LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from '../absence';
import { findSettingProblems } from './balancer-settings';
import type { Look } from './finding';
import { findListenerProblems } from './listener';
import { findReachProblems } from './load-balancer-reach';
import { findingsOf } from './reading';
import { findTargetGroupProblems } from './target-groups';
import { findUnhealthyGroups } from './target-health';
import { sayBalancer, sayBalancerScheme } from './texts/network';

/** An adopted load balancer: whether users reach it, and whether it reaches the tasks. */
export async function lookAtLoadBalancer(deps: Deps, plan: Plan, network: Network): Promise<Look> {
  const balancer = await findBalancer(deps, plan.loadBalancer.name);
  const findings = await Promise.all([
    balancer ? judgeBalancer(deps, plan, balancer, network) : [],
    findingsOf(findTargetGroupProblems(deps, plan, balancer)),
  ]);
  return { findings: findings.flat() };
}

/** A load balancer by its name. */
export async function findBalancer(deps: Deps, name: string): Promise<LoadBalancer | undefined> {
  const { elb } = deps.clients;
  const command = new DescribeLoadBalancersCommand({ Names: [name] });
  const answer = await orNothing(elb.send(command), 'LoadBalancerNotFound');
  return answer?.LoadBalancers?.[0];
}

async function judgeBalancer(deps: Deps, plan: Plan, balancer: LoadBalancer, network: Network): Promise<Finding[]> {
  const [ofListener, ofGroups, ofReach, ofSettings] = await Promise.all([
    findingsOf(findListenerProblems(deps, plan, balancer, network)),
    findingsOf(findUnhealthyGroups(deps, plan, balancer)),
    network.vpcId ? findingsOf(findReachProblems(deps, plan, balancer, network)) : [],
    findingsOf(findSettingProblems(deps, balancer)),
  ]);
  return [judgeScheme(plan, balancer), ...ofListener, ...ofGroups, ...ofReach, ...ofSettings];
}

function judgeScheme(plan: Plan, balancer: LoadBalancer): Finding {
  const { name, scheme } = plan.loadBalancer;
  if (balancer.Scheme === scheme) return sayBalancer(name);
  return sayBalancerScheme(name, balancer.Scheme, scheme);
}
