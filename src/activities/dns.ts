import { Resolver } from 'node:dns/promises';
import type { Deps } from './clients';

/** What DNS says of a name: its values, none where there is none, or why nobody could be asked. */
export type DnsAnswer = { values: string[] } | { unknown: string };

/** There is no such name, or none of this type. Source: Node.js, dns, error codes */
const ABSENT = ['ENOTFOUND', 'ENODATA'];
const PATIENCE = {
  /** ms */
  timeout: 2000,
  tries: 2,
};

/**
 * Asks DNS as the internet sees it: the resolvers of PUBLIC_RESOLVER, `1.1.1.1,9.9.9.9`, or those of this machine. Inside
 * a VPC those answer from its private zones.
 */
export async function askDns({ environment }: Deps, name: string, type: 'A' | 'NS'): Promise<DnsAnswer> {
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
