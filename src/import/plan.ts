import { stringify } from 'yaml';
import { LGTM_SERVICES } from '../plan/defaults';
import { bucketOf } from './checks';
import { carriedOver } from './read/grafana';
import type { Component, Inventory } from './read/inventory';
import type { Finding } from './problem';
import { inS3, type Store, type StoreName } from './read/stores';
import { PINS, type ComponentName } from '../plan/versions';

/** What a plan can't know from a folder. */
export interface PlanOptions {
  name: string;
  domain: string;
  hostedZone: string;
  certificate: string;
  instance: string[];
  composeDirectory: string;
}

/** What the images take when a plan says nothing: dockerfiles/<service>/switches.sh and its configuration; a test keeps them in step. */
export const IMAGE_DEFAULTS: Record<StoreName, { prefix: string; retention: string }> = {
  mimir: { prefix: 'mimirblocks', retention: '0s' },
  loki: { prefix: 'loki', retention: '0s' },
  tempo: { prefix: 'tempo', retention: '336h' },
  pyroscope: { prefix: 'pyroscope', retention: '0s' },
};
export const RULER_PREFIX = 'mimirruler';
export const MAX_SERIES = 500_000;
export const LOKI_SCHEMA = [
  {
    from: '2024-01-01',
    store: 'tsdb',
    object_store: 's3',
    schema: 'v13',
    index: { prefix: 'loki_index_', period: '24h' },
  },
];

/** What a finding's check is called when data would be lost: preflight finds the same on the host, by the same name. */
const LOSSES = /\/(filesystem|storage)$/;

const REGION = 'ap-northeast-2';
const BUCKET = 'sys-lgtm-s3';

/** The variables by which an image reads and writes where the old stack did. */
export function environmentOf(name: ComponentName, store: Store): Record<string, string> {
  const defaults = IMAGE_DEFAULTS[name as StoreName];
  const of = (what: string) => store.storages.find((storage) => storage.what === what && inS3(storage))?.prefix;
  const data = store.storages.find((storage) => storage.what !== 'rules' && inS3(storage))?.prefix;
  const series = Number(store.series?.value ?? MAX_SERIES);
  const periods = JSON.stringify(store.periods?.value ?? LOKI_SCHEMA);
  return Object.fromEntries(
    Object.entries({
      S3_PREFIX: data === defaults.prefix ? undefined : data,
      RULER_PREFIX: name !== 'mimir' || of('rules') === RULER_PREFIX ? undefined : of('rules'),
      RETENTION: store.retention.value === defaults.retention ? undefined : store.retention.value,
      MAX_SERIES: series > MAX_SERIES || series === 0 ? String(series) : undefined,
      LOKI_SCHEMA: periods === JSON.stringify(LOKI_SCHEMA) ? undefined : periods,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Tasks of a component: the plan document's count, or as many as run now when those are more. */
function countOf({ name, services }: Component): number | undefined {
  const now = services.reduce((sum, { replicas }) => sum + replicas, 0);
  return (name === 'mimir' || name === 'loki') && now > LGTM_SERVICES[name].count ? now : undefined;
}

const secretName = (variable: string) =>
  `lgtm/grafana-${variable.replace(/^GF_/, '').toLowerCase().replaceAll('_', '-')}`;

function serviceOf(component: Component): Record<string, unknown> {
  const { name, version, stores, grafana } = component;
  const carried = grafana ? carriedOver(grafana) : { environment: {}, secrets: [] };
  const environment = { ...(stores[0] ? environmentOf(name, stores[0]) : {}), ...carried.environment };
  const count = countOf(component);
  return {
    ...(version ? { version } : {}),
    ...(count ? { count } : {}),
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    ...(carried.secrets.length > 0
      ? { secrets: Object.fromEntries(carried.secrets.map((variable) => [variable, secretName(variable)])) }
      : {}),
  };
}

/**
 * A plan file for what was found: what differs from the defaults, and the versions.
 * Secrets stand in it by name; the worker takes their values from variables of its own environment.
 */
export function planText(inventory: Inventory, options: PlanOptions, accepted: Finding[]): string {
  const { components } = inventory;
  const region = components.flatMap(({ stores }) =>
    stores.flatMap((store) => store.storages.filter(inS3).flatMap((storage) => storage.region ?? [])),
  )[0];
  const bucket = bucketOf(inventory);
  const secrets = components
    .flatMap(({ grafana }) => (grafana ? carriedOver(grafana).secrets : []))
    .map((variable) => ({ name: secretName(variable), from: { env: variable } }));
  const absent = (Object.keys(PINS) as ComponentName[]).filter(
    (name) => !components.some((component) => component.name === name),
  );
  const ids = [...new Set(accepted.map(({ id }) => id))];
  const losses = ids.filter((id) => LOSSES.test(id));
  const plan = {
    name: options.name,
    ...(region && region !== REGION ? { region } : {}),
    domain: options.domain,
    hostedZone: options.hostedZone,
    certificate: options.certificate,
    source: { instances: options.instance, composeDirectory: options.composeDirectory },
    ...(bucket && bucket !== BUCKET ? { bucket } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(losses.length > 0 ? { data: { accept: losses } } : {}),
    ...(inventory.grafanaEfs && components.some(({ grafana }) => grafana?.database.value.type === 'sqlite3')
      ? { grafana: { database: 'move', target: { efs: inventory.grafanaEfs } } }
      : {}),
    services: {
      ...Object.fromEntries(components.map((component) => [component.name, serviceOf(component)])),
      ...Object.fromEntries(absent.map((name) => [name, null])),
    },
  };
  return [
    "# Written by lgtm-migrate import; everything not said here is the plan document's.",
    ...ids.map((id) => `# Accepted: ${id}: ${accepted.find((finding) => finding.id === id)!.message}`),
    stringify(plan, { lineWidth: 0 }),
  ].join('\n');
}
