import { nameDefaultTargetGroup } from './defaults';
import type { IngestPort } from './ingest';
import type { Plan } from './schema';
import type { ServicePlan } from './service';

// names that a plan leaves to the plan document's convention

/** The ECR repository of a service's image. */
export function nameRepository(name: string, service: ServicePlan): string {
  return service.repository ?? `lgtm-${name}`;
}

/** The task definition family of a service. */
export function nameFamily(name: string, service: ServicePlan): string {
  return service.family ?? `lgtm-${name}`;
}

/** The log group of a service's tasks. */
export function nameLogGroup(plan: Plan, name: string): string {
  return `${plan.logs.prefix}lgtm-${name}`;
}

/** The target group of an exposed service. */
export function nameTargetGroup(name: string, service: ServicePlan): string {
  return service.expose?.targetGroup ?? nameDefaultTargetGroup(name);
}

/** The target group of a port of the ingest. */
export function nameIngestGroup(ingest: string, { port }: Pick<IngestPort, 'port'>): string {
  return `${ingest}-${port}`;
}

/** Family of the task definition that asks questions inside the VPC. */
export const PROBE_FAMILY = 'lgtm-probe';

/**
 * The host names of an exposed service's listener rules:
 * its own, and those that move to it.
 */
export function listHostNames(plan: Plan, name: string, service: ServicePlan): string[] {
  const own = service.expose?.host ?? `${name}.${plan.domain}`;
  const moving = listRecordsTo(plan, name);
  return [...new Set([own, ...moving])];
}

/** Moving names that lead to a service, each once, in however many zones it is. */
export function listRecordsTo({ records }: Plan, service: string): string[] {
  const leading = records.filter((record) => record.service === service);
  return [...new Set(leading.map(({ name }) => name))];
}

/** A moving name as it is told: with its zone where that is another than the plan's. */
export function nameRecord({ name, zone }: { name: string; zone?: string | undefined }): string {
  return zone === undefined ? name : `${name} in ${zone}`;
}

/** The hosted zone of a moving name. */
export function zoneOf({ hostedZone }: Pick<Plan, 'hostedZone'>, { zone }: { zone?: string | undefined }): string {
  return zone ?? hostedZone;
}

/**
 * What the Dockerfiles take: where base images come from,
 * and the component's version where the plan has one.
 */
export function listBuildArguments(plan: Plan, { version }: ServicePlan): Record<string, string> {
  return {
    REGISTRY: plan.images.baseRegistry,
    ...(version
      ? {
          VERSION: version,
        }
      : {}),
  };
}

/**
 * Where memberlist listens.
 * Source: Mimir, Loki and Pyroscope, default of `memberlist.bind_port`.
 */
const GOSSIP_PORT = 7946;

/** What tasks listen on. */
interface TaskPorts {
  /** by TCP */
  ports: number[];
  /** by UDP too */
  gossipPorts: number[];
}

/** The ports of all services together, each once. */
export function listTaskPorts({ services }: Pick<Plan, 'services'>): TaskPorts {
  const ports = new Set<number>();
  for (const { port, extraPorts } of Object.values(services)) {
    ports.add(port);
    extraPorts.forEach((extra) => ports.add(extra));
  }
  const gossipPorts = ports.has(GOSSIP_PORT) ? [GOSSIP_PORT] : [];
  return {
    ports: [...ports],
    gossipPorts,
  };
}

/** The EFS folder that a service's tasks see as their data. */
export interface Volume {
  fileSystem: string;
  /** on the file system */
  directory: string;
  /** in the task */
  path: string;
}

/** A service's volume: Grafana alone has one, where the plan moves its SQLite. */
export function findVolume({ grafana }: Plan, name: string): Volume | undefined {
  const { database, service, target } = grafana;
  if (database !== 'move' || name !== service) return undefined;
  if (!target || !('efs' in target)) return undefined;
  return {
    fileSystem: target.efs,
    directory: target.directory,
    path: '/var/lib/grafana',
  };
}

/** Moving names that lead senders to the ingest. */
export function listSenderNames({ records }: Pick<Plan, 'records'>): string[] {
  return records.filter(({ to }) => to === 'ingest').map(({ name }) => name);
}

/** Moving names by which users come, and the services that answer on them. */
export function listUserRecords({ records }: Pick<Plan, 'records'>): Plan['records'] {
  return records.filter(({ to }) => to !== 'ingest');
}

/**
 * The names that go from 0 to 100 in one step,
 * because what answers on them moves its database.
 */
export function listNamesMovedAtOnce(plan: Plan): string[] {
  const { database, service } = plan.grafana;
  return database === 'move' ? listRecordsTo(plan, service) : [];
}
