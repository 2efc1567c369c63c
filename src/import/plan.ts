import { stringify } from 'yaml';
import { LGTM_SERVICES } from '../plan/defaults';
import { DEFAULT_BUCKET, findMainBucket } from './bucket';
import type { ImportFinding } from './finding';
import type { ComponentImage } from './images/component';
import { selectTaskSettings } from './read/grafana';
import type { Component, Inventory } from './read/inventory';
import { COMPONENTS } from '../plan/components';
import { isStoreName, storeOf, type StoreName } from '../stores';
import { inS3, readBackends, type Store } from './read/stores';

/** What a plan can't know from a folder. */
export interface PlanOptions {
  name: string;
  domain: string;
  hostedZone: string;
  certificate: string;
  instance: string[];
  composeDirectory: string;
}

/** The images that are written beside a plan. */
interface PlanImages {
  /** their folder, as the plan names it */
  context: string;
  images: ComponentImage[];
}

/** What a finding's check is called when data would be lost, or not found: preflight finds the same on the host, by the same name. */
const LOSSES = /\/(filesystem|storage|tenants)$/;

const REGION = 'ap-northeast-2';

/** The variables by which an image reads and writes where the old stack did. */
function readStoreEnvironment(name: StoreName, { settings, storages, retention }: Store): Record<string, string> {
  const { image } = storeOf(name);
  const environment: Record<string, string> = {};
  const data = storages.find((storage) => storage.what !== 'rules' && inS3(storage));
  if (data && data.prefix !== image.prefix) environment['S3_PREFIX'] = data.prefix;
  if (retention.value !== image.retention) environment['RETENTION'] = retention.value;
  return {
    ...environment,
    ...image.readEnvironment(settings, readBackends(name, settings)),
  };
}

/** Tasks of a store that scales: the plan document's count, or as many as run now when those are more. */
function countTasks({ name, services }: Component): number | undefined {
  if (!isStoreName(name) || !storeOf(name).scales) return undefined;
  const running = services.reduce((sum, { replicas }) => sum + replicas, 0);
  return running > LGTM_SERVICES[name].count ? running : undefined;
}

/** Every secret of Grafana by its variable: `GF_DATABASE_PASSWORD` is `lgtm/grafana-database-password`. */
const nameSecret = (variable: string): string =>
  `lgtm/grafana-${variable.replace(/^GF_/, '').toLowerCase().replaceAll('_', '-')}`;

/** A secret that a store's configuration reads: in Secrets Manager, and in the worker's own environment. */
function nameStoreSecret(name: string, variable: string): { name: string; variable: string } {
  const upper = name.toUpperCase();
  const own = variable.startsWith(`${upper}_`) ? variable : `${upper}_${variable}`;
  return {
    name: `lgtm/${own.toLowerCase().replaceAll('_', '-')}`,
    variable: own,
  };
}

/** What its own configuration reads; what the plan says of the whole stack is not said again. */
function readOwnEnvironment({ variables }: ComponentImage, ofStack: Record<string, string>): Record<string, string> {
  const entries = Object.entries(variables.environment);
  return Object.fromEntries(entries.filter(([name, value]) => ofStack[name] !== value));
}

/** Variables by which the task of a store reads and writes as it did. */
function writeStoreEnvironment({ name, stores }: Component, image: ComponentImage, ofStack: Record<string, string>) {
  const [store] = stores;
  if (!store || !isStoreName(name)) return {};
  const shipped = readStoreEnvironment(name, store);
  if (!image.carried) return shipped;
  // its own configuration says where it keeps what, and preflight compares the hosts with what the plan says of it
  const { places = [] } = storeOf(name).image;
  const kept = Object.entries(shipped).filter(([variable]) => ['S3_PREFIX', ...places].includes(variable));
  return {
    ...Object.fromEntries(kept),
    ...readOwnEnvironment(image, ofStack),
  };
}

function writeService(component: Component, image: ComponentImage, ofStack: Record<string, string>) {
  const { name, version, grafana } = component;
  const carried = grafana ? selectTaskSettings(grafana) : { environment: {}, secrets: [] };
  const environment = { ...writeStoreEnvironment(component, image, ofStack), ...carried.environment };
  const secrets = [
    ...image.variables.secrets.map((variable) => [variable, nameStoreSecret(name, variable).name]),
    ...carried.secrets.map((variable) => [variable, nameSecret(variable)]),
  ];
  const count = countTasks(component);
  return {
    ...(version !== undefined && { version }),
    ...(count !== undefined && { count }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets) as Record<string, string> }),
  };
}

/** The components' services; one that was not found is left out by `null`. */
function writeServices({ components }: Inventory, images: ComponentImage[], ofStack: Record<string, string>) {
  const names = components.map(({ name }) => name);
  const absent = COMPONENTS.filter((name) => !names.includes(name));
  return {
    ...Object.fromEntries(
      components.map((component, index) => [component.name, writeService(component, images[index]!, ofStack)]),
    ),
    ...Object.fromEntries(absent.map((name) => [name, null])),
  };
}

function findRegion({ components }: Inventory): string | undefined {
  const storages = components.flatMap(({ stores }) => stores.flatMap((store) => store.storages.filter(inS3)));
  return storages.find(({ region }) => region !== undefined)?.region;
}

/** Where Grafana's SQLite moves to, where there is one and somebody named a place. */
function writeGrafana({ grafanaEfs, components }: Inventory): object | undefined {
  const isSqlite = components.some(({ grafana }) => grafana?.database.value.type === 'sqlite3');
  return grafanaEfs && isSqlite
    ? {
        database: 'move',
        target: { efs: grafanaEfs },
      }
    : undefined;
}

/** Without Grafana nobody comes by a browser: what moves is a name of senders. Of a folder with it the plan's default. */
function writeRecords({ components }: Inventory, domain: string): object[] | undefined {
  const hasGrafana = components.some(({ name }) => name === 'grafana');
  if (hasGrafana || components.length === 0) return undefined;
  const record = { name: `ingest.${domain}`, to: 'ingest' };
  return [record];
}

/** Every secret by its name, and the variable that the worker takes its value from. */
function listSecrets(components: Component[], images: ComponentImage[]) {
  const ofStores = images.flatMap(({ name, variables }) =>
    variables.secrets.map((variable) => nameStoreSecret(name, variable)),
  );
  const ofGrafana = components.flatMap(({ grafana }) => {
    const variables = grafana ? selectTaskSettings(grafana).secrets : [];
    return variables.map((variable) => ({ name: nameSecret(variable), variable }));
  });
  return [...ofStores, ...ofGrafana].map(({ name, variable }) => ({ name, from: { env: variable } }));
}

/** What the plan is about, as the command line says. */
function writePlace(options: PlanOptions, region: string | undefined, composeFiles: string[] | undefined): object {
  return {
    name: options.name,
    ...(region && region !== REGION && { region }),
    domain: options.domain,
    hostedZone: options.hostedZone,
    certificate: options.certificate,
    source: {
      instances: options.instance,
      composeDirectory: options.composeDirectory,
      ...(composeFiles && { composeFiles }),
    },
  };
}

/**
 * A plan file for what was found: what differs from the defaults, and the versions. Secrets stand in it by name; the
 * worker takes their values from variables of its own environment.
 */
export function writePlan(
  inventory: Inventory,
  options: PlanOptions,
  accepted: ImportFinding[],
  { context, images }: PlanImages,
): string {
  const { components } = inventory;
  const region = findRegion(inventory);
  const bucket = findMainBucket(inventory);
  const grafana = writeGrafana(inventory);
  const records = writeRecords(inventory, options.domain);
  const secrets = listSecrets(components, images);
  const ofStack = {
    REGION: region ?? REGION,
    S3_BUCKET: bucket ?? DEFAULT_BUCKET,
  };
  const ids = [...new Set(accepted.map(({ id }) => id))];
  const losses = ids.filter((id) => LOSSES.test(id));
  const plan = {
    ...writePlace(options, region, inventory.compose.projects),
    ...(records && { records }),
    // preflight reads on the hosts what they publish to senders
    ingest: {},
    ...(bucket && bucket !== DEFAULT_BUCKET && { bucket }),
    images: { context },
    ...(secrets.length > 0 && { secrets }),
    ...(losses.length > 0 && { data: { accept: losses } }),
    ...(grafana && { grafana }),
    services: writeServices(inventory, images, ofStack),
  };
  const acceptances = ids.map((id) => `# Accepted: ${id}: ${accepted.find((finding) => finding.id === id)!.message}`);
  return [
    "# Written by lgtm-migrate import; everything not said here is the plan document's.",
    ...acceptances,
    stringify(plan, { lineWidth: 0 }),
  ].join('\n');
}
