import { listSenderNames, listUserRecords } from './names';
import type { Plan } from './schema';

/** Where browsers are sent on to HTTPS. */
const HTTP = 80;

/** What a host publishes, as far as a plan decides on it. */
interface ListedPort {
  port: number;
  /** absent: what answers there is none of the six */
  component?: string;
}

/** What of a plan moves senders. */
export interface Ingest {
  /** names whose destination is the ingest */
  names: string[];
  /** ports that it is told to listen at; absent: all that the hosts publish and one of the six answers */
  ports?: number[];
}

/** Of a plan that says nothing of senders no name is one. */
export function readIngest(plan: Plan): Ingest {
  const ports = plan.ingest?.ports?.map(({ port }) => port);
  return {
    names: listSenderNames(plan),
    ...(ports && { ports }),
  };
}

/** What of the published ports the ingest listens at. */
export function listIngestPorts<P extends ListedPort>(plan: Plan, published: P[]): P[] {
  const { ports } = readIngest(plan);
  return published.filter(({ port, component }) => (ports ? ports.includes(port) : component !== undefined));
}

/** Names of users. */
export const listUserNames = (plan: Plan): string[] => listUserRecords(plan).map(({ name }) => name);

/** Ports at which users come in: those of their names, and that which sends browsers on to HTTPS. */
export const listUserPorts = (plan: Plan): number[] => [HTTP, ...listUserRecords(plan).map(({ port }) => port)];
