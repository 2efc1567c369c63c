import { stringify } from 'yaml';
import { LGTM_SERVICES } from '../plan/defaults';
import { DEFAULT_BUCKET, findMainBucket } from './bucket';
import type { ImportFinding } from './finding';
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

/** What a finding's check is called when data would be lost: preflight finds the same on the host, by the same name. */
const LOSSES = /\/(filesystem|storage)$/;

const REGION = 'ap-northeast-2';

/** The variables by which an image reads and writes where the old stack did. */
function readStoreEnvironment(name: StoreName, { settings, storages, retention }: Store): Record<string, string> {
  const { image } = storeOf(name);
  const environment: Record<string, string> = {};
  const data = storages.find((storage) => storage.what !== 'rules' && inS3(storage));
  if (data && data.prefix !== image.prefix) environment['S3_PREFIX'] = data.prefix;
  if (retention.value !== image.retention) environment['RETENTION'] = retention.value;
  return { ...environment, ...image.readEnvironment(settings, readBackends(name, settings)) };
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

function writeService(component: Component): Record<string, unknown> {
  const { name, version, stores, grafana } = component;
  const [store] = stores;
  const carried = grafana ? selectTaskSettings(grafana) : { environment: {}, secrets: [] };
  const own = store && isStoreName(name) ? readStoreEnvironment(name, store) : {};
  const environment = { ...own, ...carried.environment };
  const secrets = carried.secrets.map((variable) => [variable, nameSecret(variable)]);
  const count = countTasks(component);
  return {
    ...(version !== undefined && { version }),
    ...(count !== undefined && { count }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets) as Record<string, string> }),
  };
}

/** The components' services; one that was not found is left out by `null`. */
function writeServices({ components }: Inventory): Record<string, unknown> {
  const names = components.map(({ name }) => name);
  const absent = COMPONENTS.filter((name) => !names.includes(name));
  return {
    ...Object.fromEntries(components.map((component) => [component.name, writeService(component)])),
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
  return grafanaEfs && isSqlite ? { database: 'move', target: { efs: grafanaEfs } } : undefined;
}

/**
 * A plan file for what was found: what differs from the defaults, and the versions. Secrets stand in it by name; the
 * worker takes their values from variables of its own environment.
 */
export function writePlan(inventory: Inventory, options: PlanOptions, accepted: ImportFinding[]): string {
  const { components } = inventory;
  const region = findRegion(inventory);
  const bucket = findMainBucket(inventory);
  const grafana = writeGrafana(inventory);
  const variables = components.flatMap((component) =>
    component.grafana ? selectTaskSettings(component.grafana).secrets : [],
  );
  const secrets = variables.map((variable) => ({ name: nameSecret(variable), from: { env: variable } }));
  const ids = [...new Set(accepted.map(({ id }) => id))];
  const losses = ids.filter((id) => LOSSES.test(id));
  const plan = {
    name: options.name,
    ...(region && region !== REGION && { region }),
    domain: options.domain,
    hostedZone: options.hostedZone,
    certificate: options.certificate,
    source: { instances: options.instance, composeDirectory: options.composeDirectory },
    // preflight reads on the hosts what they publish to senders
    ingest: {},
    ...(bucket && bucket !== DEFAULT_BUCKET && { bucket }),
    ...(secrets.length > 0 && { secrets }),
    ...(losses.length > 0 && { data: { accept: losses } }),
    ...(grafana && { grafana }),
    services: writeServices(inventory),
  };
  const acceptances = ids.map((id) => `# Accepted: ${id}: ${accepted.find((finding) => finding.id === id)!.message}`);
  return [
    "# Written by lgtm-migrate import; everything not said here is the plan document's.",
    ...acceptances,
    stringify(plan, { lineWidth: 0 }),
  ].join('\n');
}
