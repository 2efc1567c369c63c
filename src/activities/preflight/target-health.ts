import { DescribeTargetHealthCommand, type LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import { listUserRecords, nameTargetGroup } from '../../plan/names';
import { isRouted } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import { listListeners } from '../aws/ingest-listener';
import { listRules } from '../aws/listener';
import { listUsedGroups, nameGroup } from '../aws/listener-rule';
import type { Deps } from '../clients';
import { sayGroupIdle, sayGroupUnhealthy } from './texts/network';

/**
 * Groups of somebody else on an adopted balancer that have no healthy target. Route 53 takes a balancer for unhealthy
 * when any group that its listeners use has none, whoever owns it: it would send nobody to ECS, at any weight.
 * Source: AWS, API reference of AliasTarget, EvaluateTargetHealth.
 */
export async function findUnhealthyGroups(deps: Deps, plan: Plan, balancer: LoadBalancer): Promise<Finding[]> {
  const evaluated = listUserRecords(plan).filter((record) => record.evaluateTargetHealth);
  if (evaluated.length === 0) return [];
  const services = Object.entries(plan.services);
  const ours = services.map(([name, service]) => nameTargetGroup(name, service));
  const unrouted = services.filter(([, { expose }]) => !isRouted(plan.loadBalancer.scheme, expose));
  const groups = await listGroupsOf(deps, balancer);
  const used = groups.map(nameGroup);
  const idle = unrouted.filter(([name, service]) => used.includes(nameTargetGroup(name, service)));
  const others = groups.filter((arn) => !ours.includes(nameGroup(arn)));
  const empty = await Promise.all(others.map(async (arn) => ((await hasHealthyTarget(deps, arn)) ? [] : [arn])));
  const names = empty.flat().map(nameGroup);
  return [
    ...(names.length > 0 ? [sayGroupUnhealthy(plan.loadBalancer.name, names)] : []),
    ...idle.map(([name, service]) => sayGroupIdle(plan.loadBalancer.name, name, nameTargetGroup(name, service))),
  ];
}

/**
 * ARNs, each once: of rules and of what listeners do by default, at a weight of 0 too, since it is associated with the
 * balancer all the same.
 */
async function listGroupsOf(deps: Deps, { LoadBalancerArn }: LoadBalancer): Promise<string[]> {
  const listeners = await listListeners(deps, LoadBalancerArn!);
  const rules = await Promise.all(listeners.map(({ ListenerArn }) => listRules(deps, ListenerArn!)));
  return [...new Set(rules.flat().flatMap(listUsedGroups))];
}

async function hasHealthyTarget(deps: Deps, TargetGroupArn: string): Promise<boolean> {
  const command = new DescribeTargetHealthCommand({ TargetGroupArn });
  const { TargetHealthDescriptions = [] } = await deps.clients.elb.send(command);
  return TargetHealthDescriptions.some(({ TargetHealth }) => TargetHealth?.State === 'healthy');
}
