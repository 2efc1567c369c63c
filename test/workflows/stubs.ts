import type { Activities } from '../../src/contract/activities';
import type { Survey } from '../../src/contract/findings';
import type { GrafanaCounts } from '../../src/contract/grafana';
import type { Resource } from '../../src/contract/resources';
import { ADDRESS, DEPLOYMENTS, HOST, REMAINS } from './standing';

export { HOST };

export const RECORD = 'grafana.example.com';
const OLD_HOST = '10.0.1.5';
const COUNTS: GrafanaCounts = {
  dashboards: 2,
  users: 2,
  dataSources: 2,
  alertRules: 1,
};
const DATABASE_SHA = 'a'.repeat(64);

/** What preflight sees in a healthy account: one host with an Elastic IP, one A record that leads to it. */
export const SURVEY: Survey = {
  findings: [
    {
      check: 'account',
      level: 'pass',
      message: 'the account is the plan’s',
    },
  ],
  account: '123456789012',
  network: {
    vpcId: 'vpc-1',
    vpcCidr: '10.0.0.0/16',
    privateSubnets: ['subnet-1', 'subnet-2'],
    publicSubnets: ['subnet-3', 'subnet-4'],
  },
  records: [
    {
      name: RECORD,
      original: {
        name: RECORD,
        type: 'A',
        ttl: 300,
        values: [ADDRESS],
      },
    },
  ],
  hosts: [
    {
      instanceId: HOST,
      state: 'running',
      publicIp: ADDRESS,
      privateIp: OLD_HOST,
      elasticIp: true,
    },
  ],
};

/** The same where a name of senders' moves too, to an ingest with these ports. */
export const surveyWithIngest = (name: string, ports: NonNullable<Survey['ingest']>['ports']): Survey => ({
  ...SURVEY,
  records: [
    ...SURVEY.records,
    {
      name,
      to: 'ingest',
      original: {
        name,
        type: 'A',
        ttl: 300,
        values: [ADDRESS],
      },
    },
  ],
  ingest: {
    ports,
    sources: [],
  },
});

const created = async ({ name }: { name: string }): Promise<Resource> => ({
  id: name,
  ownership: 'created',
});
const nothing = async (): Promise<void> => undefined;
const changed = async () => ({ changeId: 'C1' });
const answered = async () => ({ problems: [], unknown: [] });
const noProblems = async () => ({ problems: [] });

const RESOURCES = {
  runPreflight: async () => SURVEY,
  ensureRepository: created,
  ensureExecutionRole: created,
  ensureTaskRole: created,
  ensureLoadBalancerSecurityGroup: created,
  ensureTaskSecurityGroup: created,
  ensureSecret: created,
  ensureLogGroup: created,
  ensureCluster: created,
  ensureNamespace: created,
  ensureDiscoveryService: created,
  removeRepository: nothing,
  removeRolePolicy: nothing,
  removeRole: nothing,
  removeSecurityGroupRules: nothing,
  removeSecurityGroup: nothing,
  removeSecret: nothing,
  removeLogGroup: nothing,
  removeCluster: nothing,
  removeNamespace: nothing,
  removeDiscoveryService: nothing,
} satisfies Partial<Activities>;

const LOAD_BALANCERS = {
  ensureLoadBalancer: async ({ name }) => ({
    id: name,
    ownership: 'created',
    dnsName: `${name}.elb.amazonaws.com`,
    hostedZoneId: 'ZALB',
    dimension: `app/${name}/1`,
  }),
  ensureTargetGroup: async ({ name, service }) => ({
    id: name,
    ownership: 'created',
    service,
    dimension: `targetgroup/${name}/1`,
  }),
  ensureListener: async ({ loadBalancer }) => ({
    id: `listener of ${loadBalancer}`,
    ownership: 'created',
  }),
  ensureListenerRule: async ({ host }) => ({
    id: `rule for ${host}`,
    ownership: 'created',
  }),
  removeLoadBalancer: nothing,
  removeTargetGroup: nothing,
  removeListenerRule: nothing,
} satisfies Partial<Activities>;

const INGEST = {
  ensureIngestSecurityGroup: created,
  ensureIngestBalancer: async ({ name }) => ({
    id: name,
    ownership: 'created',
    dnsName: `${name}.elb.amazonaws.com`,
    hostedZoneId: 'ZNLB',
    dimension: `net/${name}/1`,
  }),
  ensureIngestGroup: async ({ name, port }) => ({
    ...port,
    id: name,
    ownership: 'created',
    dimension: `targetgroup/${name}/1`,
  }),
  ensureIngestListener: async ({ port }) => ({
    id: `listener ${port.port}`,
    ownership: 'created',
  }),
  removeIngestListener: nothing,
} satisfies Partial<Activities>;

const SERVICES = {
  resolveImage: async ({ repository }) => ({ image: `registry/${repository}@sha256:${'b'.repeat(64)}` }),
  buildImage: async ({ repository }) => ({
    image: `registry/${repository}@sha256:1`,
    tag: '1',
    built: true,
  }),
  verifyImage: async () => ({ tag: '1', digest: 'sha256:1' }),
  awaitScan: async () => ({
    status: 'COMPLETE',
    counts: {},
  }),
  ensureTaskDefinition: async ({ family }) => ({
    id: `${family}:1`,
    ownership: 'created',
  }),
  removeTaskDefinition: nothing,
  ensureService: async ({ service, taskDefinition }) => ({
    id: service,
    ownership: 'created',
    taskDefinition,
  }),
  awaitSteadyState: async ({ count }) => ({
    running: count,
    seconds: 1,
  }),
  verifyService: noProblems,
  findServices: async () => ({}),
  scaleService: async () => ({ before: 1 }),
  updateService: nothing,
  removeService: nothing,
  checkRings: async () => ({ problems: [], unanswered: [] }),
  checkStorage: noProblems,
  checkReach: answered,
} satisfies Partial<Activities>;

const RECORDS = {
  lowerTtl: async () => ({
    changeId: 'C1',
    waitSeconds: 300,
  }),
  createPair: changed,
  setWeight: changed,
  foldPair: changed,
  unfoldPair: changed,
  restoreTraffic: changed,
  restoreRecords: changed,
  checkPrivateAnswers: answered,
  awaitInSync: async () => undefined,
  findMissing: async () => ({ missing: [], repositories: [] }),
  watchRequests: async () => ({ isQuiet: true, asked: [] }),
} satisfies Partial<Activities>;

const HOSTS = {
  listConnections: async () => [],
  watchConnections: async () => [],
  stopStack: async () => ({ output: '' }),
  startStack: nothing,
  awaitHost: nothing,
  stopInstance: nothing,
  startInstance: async () => ({ publicIp: ADDRESS }),
  terminateInstance: nothing,
  createBackup: async ({ instanceId, name }) => ({
    instanceId,
    imageId: 'ami-1',
    name,
  }),
  awaitBackup: nothing,
} satisfies Partial<Activities>;

const STORES = {
  readStores: async () => ({ stores: [] }),
  flushStores: async () => ({ failed: [] }),
  awaitFlush: async () => ({ missing: [] }),
  readNewestSamples: async ({ stores }) =>
    stores.map(({ service }) => ({
      service,
      at: TEN,
      note: '',
    })),
  readFirstSamples: async ({ stores }) => stores.map(({ service }) => ({ service, at: TEN, note: '' })),
  countReceived: async ({ services }) =>
    services.map(({ service }) => ({
      service,
      unit: 'samples',
      host: 100,
      ecs: 0,
      note: '',
    })),
  resetConnections: nothing,
  readWriting: async () => ({ stores: [] }),
  proveWriting: async () => ({ missing: [] }),
  measureUnflushed: async ({ stores }) =>
    stores.map(({ service }) => ({
      service,
      amount: 0,
      unit: 'series',
      note: '',
    })),
} satisfies Partial<Activities>;
const TEN = '2026-11-25T10:00:00.000Z';

const GRAFANA = {
  prepareGrafanaFolder: nothing,
  lockGrafana: async () => ({ counts: COUNTS }),
  unlockGrafana: nothing,
  copyGrafana: async () => ({
    equal: true,
    sha256: DATABASE_SHA,
    copySha256: DATABASE_SHA,
    fingerprint: 'as copied',
    bytes: 4096,
    counts: COUNTS,
    at: '2026-11-25 10:00:00',
  }),
  countGrafana: async () => ({ counts: COUNTS }),
  listGrafanaEdits: async () => ({
    counts: COUNTS,
    total: 0,
    edits: [],
    oldUnchanged: true,
  }),
} satisfies Partial<Activities>;

/** Everything goes well at once. Signals are judged by world.ts, and a start by the product itself. */
export const HEALTHY: Omit<Activities, 'watchSignals' | 'parsePlan' | 'parseDeployment' | 'parseRecovery'> = {
  ...RESOURCES,
  ...LOAD_BALANCERS,
  ...INGEST,
  ...SERVICES,
  ...RECORDS,
  ...HOSTS,
  ...STORES,
  ...GRAFANA,
  ...DEPLOYMENTS,
  ...REMAINS,
};
