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
  const { ingest } = plan as Plan & IngestKeys;
  const records: NamedRecord[] = plan.records;
  const names = records.filter(({ to }) => to === 'ingest').map(({ name }) => name);
  const ports = ingest?.ports?.map(({ port }) => port);
  return {
    names,
    ...(ports && { ports }),
  };
}

/** What of the published ports the ingest listens at. */
export function listIngestPorts<P extends ListedPort>(plan: Plan, published: P[]): P[] {
  const { ports } = readIngest(plan);
  return published.filter(({ port, component }) => (ports ? ports.includes(port) : component !== undefined));
}

/** Names of users. */
export function listUserNames(plan: Plan): string[] {
  const { names } = readIngest(plan);
  return plan.records.map(({ name }) => name).filter((name) => !names.includes(name));
}

/** Ports at which users come in: those of their names, and that which sends browsers on to HTTPS. */
export function listUserPorts(plan: Plan): number[] {
  const names = listUserNames(plan);
  const records = plan.records.filter(({ name }) => names.includes(name));
  return [HTTP, ...records.map(({ port }) => port)];
}

interface NamedRecord {
  name: string;
  to?: string;
}

interface IngestKeys {
  ingest?: { ports?: { port: number }[] };
}
