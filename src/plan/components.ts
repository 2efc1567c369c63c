import { mapStores, STORE_NAMES, storeOf } from '../stores';
import type { Metric } from '../stores/endpoint';
import type { Administration, ReceivedCounter, VersionBoundary } from '../stores/store';
import { GRAFANA_PIN } from './defaults';

/** What a stack is made of: the stores, and the two that keep no telemetry. */
export const COMPONENTS = [...STORE_NAMES, 'grafana', 'alloy'] as const;
export type ComponentName = (typeof COMPONENTS)[number];

export const isComponent = (name: string): name is ComponentName => (COMPONENTS as readonly string[]).includes(name);

/** What the images of dockerfiles/ are made for, each its Dockerfile's `ARG VERSION=`; a test keeps them in step. */
export const PINS: Record<ComponentName, string> = {
  ...mapStores(({ image }) => image.version),
  grafana: GRAFANA_PIN,
  alloy: 'v1.19.2',
};

/** Versions across which the other side can't take over. */
export const BOUNDARIES: Record<ComponentName, VersionBoundary[]> = {
  ...mapStores(({ boundaries }) => boundaries),
  // every start migrates the database forward, see judgeVersion
  grafana: [],
  // Alloy keeps nothing but its queues
  alloy: [],
};

/** Where a component answers HTTP by its own default, and by the plan document. */
export const HTTP_PORTS: Record<ComponentName, number[]> = {
  ...mapStores(({ ports }) => ports),
  grafana: [3000],
  alloy: [12345],
};

/**
 * Ports at which the parts of a stack speak to each other: gRPC (9096 in Loki's example of a configuration) and gossip.
 * Source: reference of configuration parameters, server.grpc_listen_port and memberlist.bind_port; grafana/loki
 * cmd/loki/loki-local-config.yaml.
 */
export const INTERNAL_PORTS = [9095, 9096, 7946];

/** What whoever reaches a component can do to it. Source of Alloy's: grafana.com/docs/alloy/latest/reference/http. */
export const ADMINISTRATION: Record<ComponentName, Administration> = {
  ...mapStores(({ administration }) => administration),
  grafana: {
    paths: [],
    isApart: true,
  },
  alloy: {
    paths: ['/-/reload', '/-/support'],
    isApart: true,
  },
};

/** By its OpenTelemetry receivers; as older versions call it, too. Source: Alloy, otelcol.receiver.otlp, debug metrics. */
const ACCEPTED = ['metric_points', 'log_records', 'spans'].flatMap((signal) => [
  `otelcol_receiver_accepted_${signal}_total`,
  `receiver_accepted_${signal}_ratio_total`,
]);

const countAccepted = (transport?: string): Metric[] =>
  ACCEPTED.map((name) => ({
    name,
    isLate: true,
    ...(transport !== undefined && { label: `transport="${transport}"` }),
  }));

/** Of Alloy's other doors; entries of logs, and requests that ended well of what is pushed. Source: as above, of each. */
const LINES: Metric[] = [
  {
    name: 'loki_source_api_entries_written',
    isLate: true,
  },
];
const countPushes = (server: string): Metric[] => [
  {
    name: `${server}_request_duration_seconds_count`,
    label: 'status_code="2',
    isLate: true,
  },
];
const SAMPLES = countPushes('prometheus_receive_http');
const PROFILES = countPushes('pyroscope_receive_http');

/** What components count of what they are sent; of Alloy that of the receivers which dockerfiles/alloy has. */
export const RECEIVED: Partial<Record<ComponentName, ReceivedCounter>> = {
  ...mapStores(({ received }) => received),
  alloy: {
    metrics: [...countAccepted(), ...LINES, ...SAMPLES, ...PROFILES],
    unit: 'points, records, spans, lines and pushes',
    ports: [
      {
        port: 4317,
        metrics: countAccepted('grpc'),
      },
      {
        port: 4318,
        metrics: countAccepted('http'),
      },
      {
        port: 9090,
        metrics: SAMPLES,
      },
      {
        port: 3101,
        metrics: LINES,
      },
      {
        port: 4041,
        metrics: PROFILES,
      },
    ],
  },
};

/** Repository names that Grafana Labs publishes a component under. */
const REPOSITORIES: Record<string, ComponentName> = {
  'grafana-oss': 'grafana',
  'grafana-enterprise': 'grafana',
  ...Object.fromEntries(COMPONENTS.map((name) => [name, name])),
  ...Object.fromEntries(STORE_NAMES.flatMap((name) => listRepositories(name))),
};

function listRepositories(name: (typeof STORE_NAMES)[number]): [repository: string, name: ComponentName][] {
  return (storeOf(name).publishedAs ?? []).map((repository) => [repository, name]);
}

/** Repository and tag of an image reference; a digest is left aside. */
export function parseImage(reference: string): { repository: string; tag?: string } {
  const [named = ''] = reference.split('@');
  const [, repository = '', tag] = /^(.*?)(?::([^:/]+))?$/.exec(named) ?? [];
  return { repository, ...(tag !== undefined && { tag }) };
}

/** Which component an image is, by the name that Grafana Labs publishes it under. */
export function publishedAs(image: string): ComponentName | undefined {
  const name = parseImage(image).repository.split('/').at(-1) ?? '';
  return REPOSITORIES[name];
}
