import type { Finding } from '../../contract/findings';
import type { IngestPort } from '../../plan/ingest';
import { listSenderNames, listUserRecords } from '../../plan/names';
import type { Plan } from '../../plan/schema';
import type { Hosts } from './hosts';
import { sayHostWithoutHttps, sayOtherPorts } from './texts/records';

const HTTPS = 443;

/** Ports that the host publishes and the listener doesn't serve: their clients stay behind. */
export function findPortProblems(plan: Plan, published: Hosts['published'], ingest: IngestPort[] = []): Finding[] {
  if (published.length === 0) return [];
  const servesHttps = published.some(({ port }) => port === HTTPS);
  if (!servesHttps) {
    const names = listUserRecords(plan).map(({ name }) => name);
    return [sayHostWithoutHttps(names)];
  }
  const tcp = published.filter(({ protocol }) => protocol === 'tcp');
  const moving = listSenderNames(plan).length > 0 ? ingest.map(({ port }) => port) : [];
  const others = tcp.filter(({ port }) => port !== HTTPS && !moving.includes(port));
  if (others.length === 0) return [];
  const ports = others.map(({ port, container }) => `${port} (${container})`);
  return [sayOtherPorts(ports)];
}
