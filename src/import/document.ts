import { relative } from 'node:path';
import { PINS, type ComponentName } from '../plan/components';
import type { ImportFinding } from './finding';
import type { ComponentImage } from './images/component';
import { writeFlag } from './images/flags';
import type { KeyCount } from './images/keys';
import type { WrittenFile } from './images/write';
import { formatPlace } from './place';
import type { Database } from './read/grafana';
import { runningImage, type Component, type Inventory } from './read/inventory';
import type { ComposePort } from './read/ports';
import type { Container, RunningHost } from './read/running';
import type { ComposeService } from './read/service';
import type { Storage, Store } from './read/stores';
import type { ComposeVolume } from './read/volumes';
import { maskSecret } from '../plan/secrecy';

/** What is made of an inventory. */
export interface ReportInput {
  findings: ImportFinding[];
  accepted: ImportFinding[];
  /** the plan file, when one was written */
  plan?: string;
  images: ComponentImage[];
  /** what became of the files of the images, when a plan was written */
  written?: WrittenFile[];
}

/** What became of a component's configuration in its image. */
export interface ImageReport {
  name: ComponentName;
  /** why it has the shipped image */
  shipped: string | null;
  configuration: string | null;
  keys: KeyCount | null;
  diff: string;
  /** flags that stay flags */
  flags: string[];
  flagsTakenOut: { name: string; why: string }[];
  /** files that came along */
  files: string[];
  /** variables that the worker takes secrets from */
  secrets: string[];
}

export interface ServiceReport {
  name: string;
  /** file:line, as every `place` here */
  place: string;
  replicas: number;
  /** `[address:][published]:target/protocol` */
  ports: string[];
  volumes: string[];
  /** what looks secret is masked */
  environment: Record<string, string>;
  healthCheck?: string;
  networkMode?: string;
  memoryGB?: number;
}

interface OtherServiceReport extends ServiceReport {
  image: string | null;
}

interface StorageReport {
  what: string;
  backend: string;
  bucket: string | null;
  prefix: string;
  region: string | null;
  endpoint: string | null;
  place: string;
}

/** Of a Mimir, Loki, Tempo or Pyroscope. */
interface StoreReport {
  /** the configuration file */
  configuration: string | null;
  storage: StorageReport[];
  retention: string;
  tenants: string;
  ring: {
    store: string;
    replicationFactor: string;
  };
  /** schema periods as they stand */
  schema?: unknown[];
}

export interface ComponentReport extends Partial<StoreReport> {
  name: ComponentName;
  image: string | null;
  version: string | null;
  /** the version that the images are made for */
  pin: string;
  /** the image that runs, where a host could be asked */
  running: string | null;
  services: ServiceReport[];
  database?: Database;
}

export interface HostReport {
  instance: string;
  /** why it could not be asked */
  unreachable: string | null;
  containers: ContainerReport[];
}

interface ContainerReport {
  service: string;
  image: string | null;
  state: string;
  health: string | null;
}

/** The report as one JSON document. */
export interface ReportDocument {
  /** the Compose files */
  files: string[];
  components: ComponentReport[];
  others: OtherServiceReport[];
  hosts: HostReport[];
  findings: (ImportFinding & { accepted: boolean })[];
  images: ImageReport[];
  /** files of images that somebody has edited, and what import would have written */
  kept: WrittenFile[];
  /** the plan file, when one was written */
  plan: string | null;
}

/** What was found and what is made of it, for JSON; no value of a secret-looking variable is in it. */
export function buildReport(
  inventory: Inventory,
  { findings, accepted, plan, images, written = [] }: ReportInput,
): ReportDocument {
  const { root, compose, components, others, running } = inventory;
  return {
    files: compose.files,
    components: components.map((component) => describeComponent(component, inventory)),
    others: others.map((service) => describeOther(service, root)),
    hosts: running.map(describeHost),
    findings: findings.map((finding) => ({ ...finding, accepted: accepted.includes(finding) })),
    images: images.map(describeImage),
    kept: written.filter(({ beside }) => beside !== undefined),
    plan: plan ?? null,
  };
}

const NOTHING_CARRIED = {
  configuration: null,
  keys: null,
  diff: '',
  flags: [],
  flagsTakenOut: [],
  files: [],
};

function describeImage({ name, carried, shipped, variables }: ComponentImage): ImageReport {
  return {
    name,
    shipped: shipped ?? null,
    ...(carried ? describeCarried(carried) : NOTHING_CARRIED),
    secrets: variables.secrets,
  };
}

function describeCarried({ file, keys, diff, flags, files }: NonNullable<ComponentImage['carried']>) {
  return {
    configuration: file,
    keys,
    diff,
    flags: flags.kept.map(writeFlag),
    flagsTakenOut: flags.takenOut,
    files,
  };
}

function describeComponent(component: Component, { root, running }: Inventory): ComponentReport {
  const { name, image, version, services, stores, grafana } = component;
  const store = stores[0];
  return {
    name,
    image: image?.value ?? null,
    version: version ?? null,
    pin: PINS[name],
    running: runningImage(component, running) ?? null,
    services: services.map((service) => describeService(service, root)),
    ...(store ? describeStore(store) : {}),
    ...(grafana ? { database: grafana.database.value } : {}),
  };
}

function describeOther(service: ComposeService, root: string): OtherServiceReport {
  return {
    ...describeService(service, root),
    image: service.image?.value ?? null,
  };
}

function describeService(service: ComposeService, root: string): ServiceReport {
  const { name, replicas, ports, volumes, environment, health, networkMode, memory } = service;
  const variables = [...environment].map(([variable, { value }]) => [variable, maskSecret(variable, value)]);
  return {
    name,
    place: formatPlace(service),
    replicas,
    ports: ports.map(formatPort),
    volumes: volumes.map((volume) => formatVolume(volume, root)),
    environment: Object.fromEntries(variables) as Record<string, string>,
    ...(health ? { healthCheck: health.value.join(' ') } : {}),
    ...(networkMode ? { networkMode: networkMode.value } : {}),
    ...(memory ? { memoryGB: memory.value } : {}),
  };
}

function formatPort({ address, published, target, protocol }: ComposePort): string {
  const inside = `${target}/${protocol}`;
  if (address) return `${address}:${published ?? ''}:${inside}`;
  return published ? `${published}:${inside}` : inside;
}

/** A path of the folder is shown as relative to it. */
function formatVolume({ type, source, target }: ComposeVolume, root: string): string {
  if (!source) return `${type} (anonymous) → ${target}`;
  const isInFolder = source.startsWith(`${root}/`);
  const path = isInFolder ? `./${relative(root, source)}` : source;
  return `${type} ${path} → ${target}`;
}

function describeStore({ settings, storages, retention, tenants, ring, periods }: Store): StoreReport {
  const { several, single } = tenants.value;
  const { store, replicationFactor } = ring.value;
  return {
    configuration: settings.yaml?.file ?? null,
    storage: storages.map(describeStorage),
    retention: retention.value === '0s' ? 'for ever' : retention.value,
    tenants: several ? 'several' : single,
    ring: { store, replicationFactor: replicationFactor || 'default' },
    ...(periods ? { schema: periods.value } : {}),
  };
}

function describeStorage(storage: Storage): StorageReport {
  const { what, backend, bucket, prefix, region, endpoint } = storage;
  return {
    what,
    backend,
    bucket: bucket ?? null,
    prefix,
    region: region ?? null,
    endpoint: endpoint ?? null,
    place: formatPlace(storage),
  };
}

function describeHost({ instance, unreachable, containers }: RunningHost): HostReport {
  return {
    instance,
    unreachable: unreachable ?? null,
    containers: containers.map(describeContainer),
  };
}

function describeContainer({ Service, Image, State, Health }: Container): ContainerReport {
  return {
    service: Service,
    image: Image ?? null,
    state: State,
    health: Health ?? null,
  };
}
