import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Listener,
  type LoadBalancer,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding } from '../../contract/findings';
import { hostsOf, targetGroupOf } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import { isFor } from '../aws/load-balancer';
import type { Deps } from '../clients';
import { sayDefaultAction, sayNotHttps, sayOtherCertificate, sayRuleLeadsElsewhere } from './texts/network';

type Service = Plan['services'][string];

/** What an adopted listener on 443 has otherwise than the run would make it; none: the run makes one. */
export async function findListenerProblems(
  deps: Deps,
  plan: Plan,
  { LoadBalancerArn }: LoadBalancer,
): Promise<Finding[]> {
  const { elb } = deps.clients;
  const { name } = plan.loadBalancer;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const https = Listeners.find(({ Port }) => Port === 443);
  if (!https) return [];
  const findings: Finding[] = [];
  if (https.Protocol !== 'HTTPS') findings.push(sayNotHttps(name, https.Protocol));
  const certificates = await listCertificates(deps, https);
  if (!certificates.includes(plan.certificate))
    findings.push(sayOtherCertificate(name, https.ListenerArn, plan.certificate));
  const action = https.DefaultActions?.[0]?.Type;
  if (action !== 'fixed-response') findings.push(sayDefaultAction(name, action));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: https.ListenerArn }));
  return [...findings, ...findStrayRules(plan, Rules)];
}

async function listCertificates({ clients: { elb } }: Deps, listener: Listener): Promise<string[]> {
  const { ListenerArn, Certificates = [] } = listener;
  const { Certificates: more = [] } = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }));
  return [...Certificates, ...more].map(({ CertificateArn }) => CertificateArn!);
}

function findStrayRules(plan: Plan, rules: Rule[]): Finding[] {
  const exposed = Object.entries(plan.services).filter(([, { expose }]) => expose);
  return exposed.flatMap(([name, service]) => findStrayRulesOf(plan, rules, name, service));
}

function findStrayRulesOf(plan: Plan, rules: Rule[], name: string, service: Service): Finding[] {
  const balancer = plan.loadBalancer.name;
  const wanted = targetGroupOf(name, service);
  return hostsOf(plan, name, service).flatMap((host) => {
    const rule = rules.find((candidate) => isFor(candidate, host));
    const target = rule?.Actions?.find(({ Type }) => Type === 'forward')?.TargetGroupArn;
    if (!target || target.includes(`:targetgroup/${wanted}/`)) return [];
    return [sayRuleLeadsElsewhere({ balancer, host, service: name, target, wanted })];
  });
}
