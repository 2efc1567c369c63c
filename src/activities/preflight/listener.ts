import { isRuleForHost } from '../aws/listener';
import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Listener,
  type LoadBalancer,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import { listHostNames, nameTargetGroup } from '../../plan/names';
import type { Plan } from '../../plan/schema';

import type { Deps } from '../clients';
import { sayDefaultAction, sayNotHttps, sayOtherCertificate, sayRuleLeadsElsewhere } from './texts/network';

/**
 * What an adopted listener on 443 has otherwise than the run would make it; none: the run
 * makes one.
 */
export async function findListenerProblems(
  deps: Deps,
  plan: Plan,
  { LoadBalancerArn }: LoadBalancer,
): Promise<Finding[]> {
  const { name } = plan.loadBalancer;
  const https = await findHttps(deps, LoadBalancerArn!);
  if (!https) return [];
  const findings: Finding[] = [];
  if (https.Protocol !== 'HTTPS') {
    findings.push(sayNotHttps(name, https.Protocol));
  }
  const certificates = await listCertificates(deps, https);
  if (!certificates.includes(plan.certificate)) {
    findings.push(sayOtherCertificate(name, https.ListenerArn, plan.certificate));
  }
  const action = https.DefaultActions?.[0]?.Type;
  if (action !== 'fixed-response') {
    findings.push(sayDefaultAction(name, action));
  }
  const rules = await listRules(deps, https);
  return [...findings, ...findStrayRules(plan, rules)];
}

async function findHttps(deps: Deps, balancer: string): Promise<Listener | undefined> {
  const { elb } = deps.clients;
  const command = new DescribeListenersCommand({ LoadBalancerArn: balancer });
  const { Listeners = [] } = await elb.send(command);
  return Listeners.find(({ Port }) => Port === 443);
}

async function listRules(deps: Deps, { ListenerArn }: Listener): Promise<Rule[]> {
  const { elb } = deps.clients;
  const command = new DescribeRulesCommand({ ListenerArn });
  const { Rules = [] } = await elb.send(command);
  return Rules;
}

async function listCertificates(deps: Deps, listener: Listener): Promise<string[]> {
  const { elb } = deps.clients;
  const { ListenerArn, Certificates = [] } = listener;
  const command = new DescribeListenerCertificatesCommand({ ListenerArn });
  const { Certificates: more = [] } = await elb.send(command);
  return [...Certificates, ...more].map(({ CertificateArn }) => CertificateArn!);
}

function findStrayRules(plan: Plan, rules: Rule[]): Finding[] {
  const findings: Finding[] = [];
  for (const [name, service] of Object.entries(plan.services)) {
    if (!service.expose) continue;
    const hosts = listHostNames(plan, name, service);
    const ofService = hosts.flatMap((host) => judgeRule(plan, name, host, rules));
    findings.push(...ofService);
  }
  return findings;
}

function judgeRule(plan: Plan, service: string, host: string, rules: Rule[]): Finding[] {
  const balancer = plan.loadBalancer.name;
  const wanted = nameTargetGroup(service, plan.services[service]!);
  const rule = rules.find((candidate) => isRuleForHost(candidate, host));
  const forward = rule?.Actions?.find(({ Type }) => Type === 'forward');
  const target = forward?.TargetGroupArn;
  if (!target) return [];
  if (target.includes(`:targetgroup/${wanted}/`)) return [];
  return [
    sayRuleLeadsElsewhere({
      balancer,
      host,
      service,
      target,
      wanted,
    }),
  ];
}
