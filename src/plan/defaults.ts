/**
 * The LGTM stack as the plan document describes it: names, sizes, counts and ports.
 * Ports and health paths that it leaves open come from the components' own defaults.
 * Health checks are CMD, never CMD-SHELL: most of the images have no shell.
 * A seventh service goes here (and to dockerfiles/<name>).
 */

import { storeOf, type StoreName } from '../stores';
import { listDoorPorts } from './doors';

/**
 * Where Mimir, Loki and Tempo take writes and answer queries;
 * everything else (flush, shutdown, config) stays closed.
 */
const PUSH_AND_QUERY = {
  mimir: ['/api/v1/push', '/otlp/*', '/prometheus/*'],
  loki: ['/loki/api/v1/*', '/otlp/*'],
  tempo: ['/api/*'],
};

/** Of Grafana, where a plan names none: the pin of dockerfiles/grafana. */
export const GRAFANA_PIN = '13.2.3';

/** Of a service whose data only one task may write: the old one stops before the new one starts. */
export const ONE_AT_A_TIME = {
  minimumHealthyPercent: 0,
  maximumPercent: 100,
};

/**
 * Seconds that a store has on a history of months: it reads index headers and replays before it is ready. AWS takes 300
 * at most for the first (API reference of HealthCheck).
 */
const SLOW_START = {
  startPeriod: 300,
  gracePeriod: 900,
};

const STATEFUL = { FARGATE: { base: 1, weight: 1 } };

/**
 * The service that takes telemetry in;
 * with `ingestion.dualWrite` it writes to the old host as well.
 */
export const COLLECTOR = 'alloy';

/** The target group of an exposed service that names none. */
export const nameDefaultTargetGroup = (service: string): string => `lgtm-${service}-tg`;

/** What `init` writes for a new stack where the plan document's count is too few, and why. */
export const COUNTS_OF_NEW_STACK = {
  loki: { count: 3, why: "three copies of each line outlive a task; of the plan document's two, one each" },
};

const readyPathOf = (name: StoreName): string => storeOf(name).ready.request.path;
const ringPathOf = (name: StoreName): string => storeOf(name).ringPage!.request.path;

export const LGTM_SERVICES = {
  mimir: {
    cpu: 2,
    memory: 4,
    count: 3,
    port: 9009,
    extraPorts: [9095, 7946],
    duties: ['COMPACTOR', 'RULER'],
    sidecars: { 'ring-keeper': { command: ['/busybox', 'sh', '/ring-keeper.sh'] } },
    ring: { path: ringPathOf('mimir') },
    store: 'mimir',
    health: {
      path: readyPathOf('mimir'),
      ...SLOW_START,
      command: ['CMD', '/busybox', 'wget', '-q', '-Y', 'off', '-O', '/dev/null', 'http://127.0.0.1:9009/ready'],
    },
    deployment: { minimumHealthyPercent: 100, maximumPercent: 134 },
    capacity: STATEFUL,
    expose: { paths: PUSH_AND_QUERY.mimir },
  },
  loki: {
    cpu: 1,
    memory: 2,
    count: 2,
    port: 3100,
    extraPorts: [9095, 7946],
    duties: ['COMPACTOR', 'RULER'],
    ring: { path: ringPathOf('loki') },
    store: 'loki',
    health: {
      path: readyPathOf('loki'),
      ...SLOW_START,
      command: ['CMD', '/usr/bin/loki', '-health'],
    },
    deployment: { minimumHealthyPercent: 100, maximumPercent: 150 },
    capacity: STATEFUL,
    expose: { paths: PUSH_AND_QUERY.loki },
  },
  tempo: {
    cpu: 1,
    memory: 2,
    count: 1,
    port: 3200,
    extraPorts: [9095, ...listDoorPorts('tempo')],
    duties: ['COMPACTOR'],
    store: 'tempo',
    health: {
      path: readyPathOf('tempo'),
      ...SLOW_START,
      command: ['CMD', '/busybox', 'wget', '-q', '-Y', 'off', '-O', '/dev/null', 'http://127.0.0.1:3200/ready'],
    },
    deployment: ONE_AT_A_TIME,
    capacity: STATEFUL,
    expose: { paths: PUSH_AND_QUERY.tempo },
  },
  pyroscope: {
    cpu: 1,
    memory: 2,
    count: 1,
    port: 4040,
    extraPorts: [9095, 7946],
    duties: ['COMPACTOR'],
    ring: { path: ringPathOf('pyroscope') },
    store: 'pyroscope',
    health: {
      path: readyPathOf('pyroscope'),
      ...SLOW_START,
      command: ['CMD', '/busybox', 'wget', '-q', '-Y', 'off', '-O', '/dev/null', 'http://127.0.0.1:4040/ready'],
    },
    deployment: ONE_AT_A_TIME,
    capacity: STATEFUL,
  },
  grafana: {
    cpu: 0.5,
    memory: 1,
    count: 1,
    port: 3000,
    duties: ['ALERTING'],
    probe: true,
    health: {
      path: '/api/health',
      command: ['CMD', 'curl', '-fsS', '-o', '/dev/null', 'http://127.0.0.1:3000/api/health'],
    },
    // users are on it when it takes its duty over: the new task answers before the old one stops
    deployment: { minimumHealthyPercent: 100, maximumPercent: 200 },
    capacity: STATEFUL,
    expose: { paths: ['/*'], public: true },
  },
  alloy: {
    family: 'lgtm-alloy-collector',
    cpu: 0.5,
    memory: 1,
    count: 1,
    port: 12345,
    extraPorts: listDoorPorts('alloy'),
    health: {
      path: '/-/ready',
      command: ['CMD', '/busybox', 'wget', '-q', '-Y', 'off', '-O', '/dev/null', 'http://127.0.0.1:12345/-/ready'],
    },
    deployment: ONE_AT_A_TIME,
    capacity: STATEFUL,
  },
};

/**
 * Limits of the plan document's success criteria,
 * and the load balancer's own as the field uses them.
 */
export const LGTM_SIGNALS = {
  errors: {
    source: 'load-balancer',
    metric: '5xx-share',
    max: 0.5,
    unit: '%',
    class: 'availability',
    onNoData: 'pass',
    minSamples: 0,
  },
  latency: {
    source: 'load-balancer',
    metric: 'p95',
    max: 2,
    unit: 's',
    class: 'performance',
    onNoData: 'pass',
    minSamples: 0,
  },
  'healthy-hosts': {
    source: 'load-balancer',
    metric: 'healthy-hosts',
    min: 1,
    unit: '',
    class: 'availability',
  },
  'running-tasks': {
    source: 'ecs',
    metric: 'running-share',
    min: 100,
    unit: '%',
    class: 'availability',
  },
  ingestion: {
    source: 'custom',
    metric: 'MetricIngestionRate',
    min: 99,
    unit: '%',
    class: 'data',
  },
  'log-delay': {
    source: 'custom',
    metric: 'LogDelay',
    max: 10,
    unit: 's',
    class: 'data',
  },
} as const;
