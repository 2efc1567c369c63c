import { DescribeLoadBalancersCommand, type LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from './absence';
import type { Look } from './finding';
import { findListenerProblems } from './listener';
import { findReachProblems } from './load-balancer-reach';
import { findTargetGroupProblems } from './target-groups';
import { sayBalancer, sayBalancerScheme } from './texts/network';

/** An adopted load balancer: whether users reach it, and whether it reaches the tasks. */
export async function lookAtLoadBalancer(deps: Deps, plan: Plan, network: Network): Promise<Look> {
  const balancer = await findBalancer(deps, plan.loadBalancer.name);
  const questions = [
    ...(balancer ? [judgeScheme(plan, balancer), findListenerProblems(deps, plan, balancer)] : []),
    ...(balancer && network.vpcId ? [findReachProblems(deps, plan, balancer, network)] : []),
    findTargetGroupProblems(deps, plan, balancer),
  ];
  const findings = await Promise.all(questions);
  return { findings: findings.flat() };
}

async function findBalancer({ clients: { elb } }: Deps, name: string): Promise<LoadBalancer | undefined> {
  const asking = elb.send(new DescribeLoadBalancersCommand({ Names: [name] }));
  const answer = await orNothing(asking, 'LoadBalancerNotFound');
  return answer?.LoadBalancers?.[0];
}

function judgeScheme({ loadBalancer: { name, scheme } }: Plan, { Scheme }: LoadBalancer): Finding[] {
  return [Scheme === scheme ? sayBalancer(name) : sayBalancerScheme(name, Scheme, scheme)];
}
