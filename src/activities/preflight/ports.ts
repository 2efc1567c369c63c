import type { Finding } from '../../contract/findings';
import type { Plan } from '../../plan/schema';
import type { Hosts } from './hosts';
import { sayHostWithoutHttps, sayOtherPorts } from './texts/records';

const HTTPS = 443;

/** Ports that the host publishes and the listener doesn't serve: their clients stay behind. */
export function findPortProblems({ records }: Plan, published: Hosts['published']): Finding[] {
  const servesHttps = published.some(({ port }) => port === HTTPS);
  if (published.length > 0 && !servesHttps) return [sayHostWithoutHttps(records.map(({ name }) => name))];
  const others = published.filter(({ port, protocol }) => protocol === 'tcp' && port !== HTTPS);
  if (others.length === 0) return [];
  return [sayOtherPorts(others.map(({ port, container }) => `${port} (${container})`))];
}
