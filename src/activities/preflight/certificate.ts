import { DescribeCertificateCommand } from '@aws-sdk/client-acm';
import type { Plan } from '../../plan/schema';
import type { Deps } from '../clients';
import { orNothing } from './absence';
import type { Look } from './finding';
import {
  sayCertificateCovers,
  sayCertificateNotIssued,
  sayCertificateTooNarrow,
  sayNoCertificate,
} from './texts/account';

/** Whether the certificate is issued for every name that users will ask for. */
export async function lookAtCertificate({ clients: { acm } }: Deps, plan: Plan): Promise<Look> {
  const asking = acm.send(new DescribeCertificateCommand({ CertificateArn: plan.certificate }));
  const answer = await orNothing(asking, 'ResourceNotFound');
  if (!answer) return { findings: [sayNoCertificate(plan.certificate)] };
  const { Certificate } = answer;
  if (Certificate?.Status !== 'ISSUED') return { findings: [sayCertificateNotIssued(Certificate?.Status)] };
  const names = [Certificate.DomainName!, ...(Certificate.SubjectAlternativeNames ?? [])];
  const hosts = hostNamesOf(plan);
  const uncovered = hosts.filter((host) => !names.some((name) => covers(name, host)));
  const finding = uncovered.length === 0 ? sayCertificateCovers(hosts) : sayCertificateTooNarrow(names, uncovered);
  return { findings: [finding] };
}

/** The names that move and those of the exposed services. */
function hostNamesOf({ records, services, domain }: Plan): string[] {
  const moving = records.map(({ name }) => name);
  const exposed = Object.entries(services).flatMap(([name, { expose }]) =>
    expose ? [expose.host ?? `${name}.${domain}`] : [],
  );
  return [...new Set([...moving, ...exposed])];
}

/** A wildcard stands for one label. */
function covers(name: string, host: string): boolean {
  if (name === host) return true;
  return name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1);
}
