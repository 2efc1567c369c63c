import { DescribeCertificateCommand } from '@aws-sdk/client-acm';
import type { Finding } from '../../contract/findings';
import { isRouted } from '../../plan/routes';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from '../absence';
import type { Look } from './finding';
import {
  sayCertificateCovers,
  sayCertificateNotIssued,
  sayCertificateTooNarrow,
  sayNoCertificate,
} from './texts/account';

/** Whether the certificate is issued for every name that users will ask for. */
export async function lookAtCertificate(deps: Deps, plan: Plan): Promise<Look> {
  const finding = await judgeCertificate(deps, plan);
  return { findings: [finding] };
}

async function judgeCertificate(deps: Deps, plan: Plan): Promise<Finding> {
  const { acm } = deps.clients;
  const command = new DescribeCertificateCommand({ CertificateArn: plan.certificate });
  const answer = await orNothing(acm.send(command), 'ResourceNotFound');
  if (!answer) return sayNoCertificate(plan.certificate);
  const { Certificate: certificate } = answer;
  if (certificate?.Status !== 'ISSUED') return sayCertificateNotIssued(certificate?.Status);
  const alternatives = certificate.SubjectAlternativeNames ?? [];
  const names = [certificate.DomainName!, ...alternatives];
  const hosts = hostNamesOf(plan);
  const uncovered = hosts.filter((host) => !isCovered(host, names));
  if (uncovered.length > 0) return sayCertificateTooNarrow(names, uncovered);
  return sayCertificateCovers(hosts);
}

/** The names that move and those of the services that rules lead to. */
function hostNamesOf({ records, services, domain, loadBalancer }: Plan): string[] {
  const names = new Set(records.map(({ name }) => name));
  for (const [service, { expose }] of Object.entries(services)) {
    const own = `${service}.${domain}`;
    if (isRouted(loadBalancer.scheme, expose)) names.add(expose?.host ?? own);
  }
  return [...names];
}

function isCovered(host: string, names: string[]): boolean {
  // a wildcard stands for one label
  const wildcard = `*${host.slice(host.indexOf('.'))}`;
  return names.includes(host) || names.includes(wildcard);
}
