import { Resolver } from 'node:dns/promises';
import type { Deps } from './clients';

/** What DNS says of a name: its values, none where there is none, or why nobody could be asked. */
export type DnsAnswer = { values: string[] } | { unknown: string };

/** There is no such name, or none of this type. Source: Node.js, dns, error codes */
const ABSENT = ['ENOTFOUND', 'ENODATA'];
/** What whoever knows public names has. */
const CONTROL = 'amazonaws.com';
const PATIENCE = {
  /** ms */
  timeout: 2000,
  tries: 3,
};

/** The name servers of a domain. Where a resolver has none and no others either, it knows no public names: unknown. */
export async function askServers(deps: Deps, domain: string): Promise<DnsAnswer> {
  const answer = await askDns(deps, domain, 'NS');
  if ('unknown' in answer || answer.values.length > 0) return answer;
  const control = await askDns(deps, CONTROL, 'NS');
  const isPublic = 'values' in control && control.values.length > 0;
  return isPublic ? answer : { unknown: `the resolver knows no public names, not even ${CONTROL}` };
}

/** Whether whoever is asked stands outside every VPC. */
export const asksPublicly = ({ environment }: Deps): boolean => Boolean(environment['PUBLIC_RESOLVER']);

/** The addresses of a load balancer, which always has some. */
export async function askAddresses(deps: Deps, balancer: string): Promise<DnsAnswer> {
  const answer = await askDns(deps, balancer, 'A');
  if ('unknown' in answer || answer.values.length > 0) return answer;
  return { unknown: `the resolver does not know ${balancer}` };
}

/**
 * Asks DNS as the internet sees it: the resolvers of PUBLIC_RESOLVER, `1.1.1.1,9.9.9.9`, or those of this machine. Inside
 * a VPC those answer from its private zones.
 */
async function askDns({ environment }: Deps, name: string, type: 'A' | 'NS'): Promise<DnsAnswer> {
  const resolver = new Resolver(PATIENCE);
  const servers = environment['PUBLIC_RESOLVER'];
  try {
    if (servers) resolver.setServers(servers.split(','));
    const values = await (type === 'A' ? resolver.resolve4(name) : resolver.resolveNs(name));
    return {
      values,
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return ABSENT.includes(code ?? '')
      ? {
          values: [],
        }
      : {
          unknown: message,
        };
  }
}
