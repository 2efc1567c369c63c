import { HTTP_PORTS, INTERNAL_PORTS, type ComponentName } from './components';
import type { IngestPort } from './ingest';
import type { Plan } from './schema';

/** A port that a host publishes to others than itself, and that is no user's. */
export interface HostPort {
  port: number;
  protocol: 'tcp' | 'udp';
  /** in the container */
  targetPort: number;
  /** the Compose service behind it */
  service: string;
  /** which of the six that is; absent: another one, as a proxy */
  component?: ComponentName;
}

/** The ports of an ingest, and those of the hosts that nothing on ECS answers by itself. */
export interface IngestPorts {
  ports: IngestPort[];
  unserved: HostPort[];
  /** that hosts publish for different services: an ingest has one target for a port */
  contested: HostPort[][];
}

type Service = Plan['services'][string];

/** What the ingest listens on: what the plan says, else what the hosts publish. */
export function planIngestPorts(plan: Plan, published: HostPort[]): IngestPorts {
  const given = plan.ingest?.ports;
  const result: IngestPorts = {
    ports: [],
    unserved: [],
    contested: [],
  };
  if (given) return { ...result, ports: given.map(fillIn) };
  for (const same of groupByPort(published)) {
    const [hostPort] = same as [HostPort];
    const port = findTarget(plan, hostPort);
    if (new Set(same.map((each) => nameTarget(findTarget(plan, each)))).size > 1) result.contested.push(same);
    else if (port) result.ports.push(port);
    else result.unserved.push(hostPort);
  }
  return result;
}

const fillIn = (port: Omit<IngestPort, 'targetPort'> & { targetPort?: number | undefined }): IngestPort => ({
  ...port,
  targetPort: port.targetPort ?? port.port,
});

/** Several hosts may publish the same port. */
function groupByPort(published: HostPort[]): HostPort[][] {
  const byPort = new Map<string, HostPort[]>();
  for (const entry of published) {
    const key = `${entry.port}/${entry.protocol}`;
    byPort.set(key, [...(byPort.get(key) ?? []), entry]);
  }
  return [...byPort.values()].sort(([one], [other]) => one!.port - other!.port);
}

const nameTarget = (found: IngestPort | undefined): string => (found ? `${found.service} ${found.targetPort}` : '');

/** A datagram's port is in no task definition unless the plan names it. */
function findTarget(plan: Plan, { port, protocol, targetPort, component }: HostPort): IngestPort | undefined {
  const found = component && protocol === 'tcp' ? findServiceOf(plan, component) : undefined;
  if (!found || !component) return undefined;
  const [service, { port: http, extraPorts }] = found;
  if (HTTP_PORTS[component].includes(targetPort))
    return {
      port,
      protocol,
      service,
      targetPort: http,
    };
  const isDoor = extraPorts.includes(targetPort) && !INTERNAL_PORTS.includes(targetPort);
  return isDoor
    ? {
        port,
        protocol,
        service,
        targetPort,
      }
    : undefined;
}

/** The service of a plan that is this one of the six, with its name. */
export function findServiceOf({ services }: Plan, component: ComponentName): [string, Service] | undefined {
  return Object.entries(services).find(([name, { store }]) => (store ?? name) === component);
}

/** Ports that take datagrams at a service: its task definition maps them. */
export function listDatagramPorts({ ingest }: Pick<Plan, 'ingest'>, service: string): number[] {
  const ports = (ingest?.ports ?? []).map(fillIn);
  return ports
    .filter((port) => port.service === service && port.protocol === 'udp')
    .map(({ targetPort }) => targetPort);
}
