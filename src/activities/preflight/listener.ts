import {
  paginateDescribeListenerCertificates,
  type Listener,
  type LoadBalancer,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Finding, Network } from '../../contract/findings';
import { listHostNames, nameTargetGroup } from '../../plan/names';
import { isRouted, listRanges, listShares } from '../../plan/routes';
import type { Plan } from '../../plan/schema';

import { createPriorities, findHttpsListener, listRules, TLS_POLICY } from '../aws/listener';
import { bringsAll, isRuleForHost, isWider, leadsOnlyTo, listGroups, mayTake, nameGroup } from '../aws/listener-rule';
import type { Deps } from '../clients';
import { collect } from '../pages';
import { findingsOf, unlessDenied } from './reading';
import { sayOldTls } from './texts/balancer';
import { sayDefaultAction, sayNotHttps, sayOtherCertificate, sayRival, sayRuleWider } from './texts/network';

/** TLS 1.2 or 1.3 at least. Source: AWS, "Security policies for your Application Load Balancer", their names. */
const MODERN_TLS = /^ELBSecurityPolicy-TLS13-1-[23]-/;

/**
 * What an adopted listener on 443 has otherwise than the run would make it; none: the run
 * makes one.
 */
export async function findListenerProblems(
  deps: Deps,
  plan: Plan,
  { LoadBalancerArn }: LoadBalancer,
  network: Network,
): Promise<Finding[]> {
  const { name } = plan.loadBalancer;
  const https = await findHttpsListener(deps, LoadBalancerArn!);
  if (!https) return [];
  const findings: Finding[] = [];
  if (https.Protocol !== 'HTTPS') {
    findings.push(sayNotHttps(name, https.Protocol));
  } else if (!MODERN_TLS.test(https.SslPolicy ?? '')) {
    findings.push(sayOldTls(name, https.ListenerArn!, https.SslPolicy, TLS_POLICY));
  }
  findings.push(...(await findingsOf(judgeCertificates(deps, plan, https))));
  const action = https.DefaultActions?.[0]?.Type;
  if (action !== 'fixed-response') {
    findings.push(sayDefaultAction(name, action));
  }
  const rules = await unlessDenied(listRules(deps, https.ListenerArn!));
  return rules ? [...findings, ...findRivals(plan, network, rules)] : findings;
}

async function judgeCertificates(deps: Deps, { certificate, loadBalancer }: Plan, https: Listener): Promise<Finding[]> {
  const certificates = await listCertificates(deps, https);
  if (certificates.includes(certificate)) return [];
  return [sayOtherCertificate(loadBalancer.name, https.ListenerArn, certificate)];
}

async function listCertificates(deps: Deps, listener: Listener): Promise<string[]> {
  const { elb } = deps.clients;
  const { ListenerArn, Certificates = [] } = listener;
  const pages = paginateDescribeListenerCertificates({ client: elb }, { ListenerArn });
  const more = await collect(pages, (page) => page.Certificates);
  return [...Certificates, ...more].map(({ CertificateArn }) => CertificateArn!);
}

/** Rules that would take requests from a service that they have to reach; ours get their numbers as they are made. */
function findRivals(plan: Plan, network: Network, rules: Rule[]): Finding[] {
  const takePriority = createPriorities(rules);
  return Object.entries(plan.services).flatMap(([service, entry]) => {
    if (!isRouted(plan.loadBalancer.scheme, entry.expose)) return [];
    const hosts = listHostNames(plan, service, entry);
    return hosts.flatMap((host) => judgeRules(plan, network, { service, host, rules, takePriority }));
  });
}

/** A name that has to lead to a service, and the rules that are there. */
interface Way {
  service: string;
  host: string;
  rules: Rule[];
  /** of a rule that is still to be made */
  takePriority: () => number;
}

/**
 * The first rule whose conditions are met answers. Where ours is still to be made, whatever is for the same host counts:
 * it would stand before or behind it, and either is another answer than there was.
 */
function judgeRules(plan: Plan, network: Network, { service, host, rules, takePriority }: Way): Finding[] {
  const entry = plan.services[service]!;
  const { paths } = entry.expose!;
  const group = nameTargetGroup(service, entry);
  const isGroup = (arn: string) => nameGroup(arn) === group;
  const numbered = rules.filter(({ IsDefault }) => !IsDefault);
  const shares = listShares(plan.loadBalancer.scheme, entry.expose!, listRanges(network));
  const owns = shares.map((share) => numbered.find((rule) => bringsAll(rule, { host, ...share, isGroup })));
  const rivals = owns.flatMap((own) => {
    const place = own ? Number(own.Priority) : takePriority();
    const wins = (rule: Rule) => Number(rule.Priority) < place || (!own && isRuleForHost(rule, host));
    const others = numbered.filter((rule) => !owns.includes(rule) && !leadsOnlyTo(rule, isGroup));
    return others.filter((rule) => mayTake(rule, { host, paths }) && wins(rule));
  });
  // behind ours too: whom ours keeps out comes in by it
  const from = shares.flatMap(({ sources = [] }) => sources);
  const openings = numbered.filter(
    (rule) => listGroups(rule).some(isGroup) && mayTake(rule, { host, paths }) && isWider(rule, from),
  );
  const told = {
    balancer: plan.loadBalancer.name,
    service,
    host,
    group,
  };
  return [
    ...openings.map((rule) => sayRuleWider({ ...told, rule }, from)),
    ...[...new Set(rivals)].filter((rule) => !openings.includes(rule)).map((rule) => sayRival({ ...told, rule })),
  ];
}
