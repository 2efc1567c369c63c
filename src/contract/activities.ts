/**
 * What the workflow may ask of the world: one object in, a small object out.
 * Every verb is idempotent: it may run again after a lost reply and ends in the same state.
 */
import type { Definition } from '../plan/definition';
import type { Plan } from '../plan/schema';
import type { StoreName } from '../activities/host/store';
import type { Reading, Store, Unflushed } from '../analysis/store';
import type { Measurement, WatchState } from '../analysis/types';
import type { ProbePlace } from '../activities/probe/probe';

/** Who created a resource; stands in its tags `lgtm-migrate:migration` and `lgtm-migrate:run`. */
export interface Owner {
  migration: string;
  run: string;
}

/** `created`: by this run, after a lost reply too. `adopted`: it was there, and is never deleted. */
export type Ownership = 'created' | 'adopted';

/** A resource that is there now. `id` is its ARN, its id or its name: what AWS's other calls take. */
export interface Ensured {
  id: string;
  ownership: Ownership;
}

/** A record set as Route 53 holds it; enough to write it again byte for byte. */
export interface RecordSet {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME';
  ttl?: number;
  values?: string[];
  alias?: { hostedZoneId: string; dnsName: string; evaluateTargetHealth: boolean };
  setIdentifier?: string;
  weight?: number;
}

/** One moving name as it was found; `target` is the A record that a CNAME points to. */
export interface SavedRecord {
  name: string;
  original: RecordSet;
  target?: RecordSet;
  /** an earlier run moved it wholly to ECS: `fold`, the ECS record alone; `pair`, our pair at 100 %, with the rest derived from it */
  moved?: 'pair' | 'fold';
}

/** An ECS service as a run found it: what its undo goes back to. */
export interface FoundService {
  count: number;
  taskDefinition: string;
}

export interface Host {
  instanceId: string;
  state: string;
  publicIp?: string;
  /** where the tasks reach it */
  privateIp?: string;
  elasticIp: boolean;
  /** of the compose stack, those that ran when preflight looked */
  services?: string[];
}

export interface Network {
  vpcId: string;
  vpcCidr: string;
  privateSubnets: string[];
  publicSubnets: string[];
}

export type FindingLevel = 'pass' | 'warn' | 'fail';

/** One answer of preflight. `fix` leads out of everything that is not `pass`. */
export interface Finding {
  /** `<service>/<check>`: the name by which a plan can accept it (data.accept) */
  id?: string;
  check: string;
  level: FindingLevel;
  message: string;
  fix?: string;
}

/** Grafana's SQLite on a host: what a move copies. */
export interface GrafanaFound {
  instanceId: string;
  /** on the host */
  path: string;
}

/** Where the copy goes; `null`: it stays beside the old database, for an import by hand. */
export interface GrafanaRequest extends GrafanaFound {
  target: { fileSystem: string; directory: string } | null;
}

export interface GrafanaCounts {
  dashboards: number;
  users: number;
  dataSources: number;
  alertRules: number;
}

/** What was copied and how it compares; `aside`: the new name of a database that was there before. */
export interface GrafanaCopy {
  equal: boolean;
  sha256: string;
  copySha256: string;
  /** of the rows that a comparison looks at */
  fingerprint: string;
  bytes: number;
  counts: GrafanaCounts;
  copied?: GrafanaCounts;
  aside?: string | null;
  /** UTC, `2026-11-25 13:02:09`, by the host's clock */
  at?: string;
}

/** One thing that the copy has otherwise than the old database. */
export interface GrafanaEdit {
  kind: string;
  name: string;
  change: 'created' | 'changed' | 'deleted';
  by: string | null;
  at: string | null;
}

export interface GrafanaEdits {
  counts: GrafanaCounts;
  total: number;
  /** at most 50 */
  edits: GrafanaEdit[];
  /** whether the old one is as it was when it was copied */
  oldUnchanged: boolean;
}

/** What preflight found: all findings, and the facts that the later phases build on. */
export interface Found {
  findings: Finding[];
  account: string;
  network: Network;
  records: SavedRecord[];
  hosts: Host[];
  /** where the plan moves Grafana's database and it is still on a host */
  grafana?: GrafanaFound;
}

export interface LoadBalancer extends Ensured {
  dnsName: string;
  hostedZoneId: string;
  /** `app/<name>/<id>`, the CloudWatch dimension */
  dimension: string;
}

export interface TargetGroup extends Ensured {
  service: string;
  /** `targetgroup/<name>/<id>`, the CloudWatch dimension */
  dimension: string;
}

/** How the workflow asks for one service to be in the world. */
export interface ServiceRequest {
  owner: Owner;
  service: string;
  plan: ServiceSlice;
  cluster: string;
  taskDefinition: string;
  subnets: string[];
  securityGroup: string;
  registry: string;
  targetGroup?: string;
}
export interface ServiceSlice {
  count: number;
  port: number;
  deployment: { minimumHealthyPercent: number; maximumPercent: number };
  capacity: Plan['services'][string]['capacity'];
}

/** Both sides of every moving name: what a step's weight is written to. */
export interface PairRequest {
  hostedZone: string;
  ttl: number;
  /** workflow id: first half of the SetIdentifier `lgtm-migrate:<name>:host|ecs` comes from the plan's name */
  name: string;
  records: SavedRecord[];
  loadBalancer: { dnsName: string; hostedZoneId: string };
}

/** Signals and everything that is needed to look at them. */
export interface WatchRequest {
  analysis: Plan['analysis'];
  cluster: string;
  loadBalancer: string;
  services: { name: string; count: number; targetGroup?: string }[];
  /** counts of this gate so far; the watch goes on from there */
  state: WatchState;
  /** return once the verdict differs from this one */
  verdict: WatchState['verdict'];
}
export interface WatchResult {
  state: WatchState;
}

/** What a watch puts into its heartbeat after every look; the command line shows it live. */
export interface WatchHeartbeat {
  at: string;
  state: WatchState;
  measurements: Measurement[];
}

export interface ImageRequest {
  repository: string;
  tag?: string;
}

/** One image to build: `<context>/<service>/Dockerfile` on the build host. */
export interface BuildRequest {
  service: string;
  repository: string;
  builder: 'docker' | 'buildah';
  context: string;
  buildArguments: Record<string, string>;
}

/** What ECR's scan says: its status, `NONE` where there is no scan, and findings by severity. */
export interface Scan {
  status: string;
  counts: Record<string, number>;
}

/** Somebody who is connected to a published port of a host. */
export interface Peer {
  peer: string;
  port: number;
  service: string;
  connections: number;
}

/** Where to look for clients of a host; `writer`: the service of ours that writes there by the plan. */
export interface ConnectionRequest {
  instanceId: string;
  composeDirectory: string;
  recordPorts: number[];
  writer?: { cluster: string; service: string };
}

/** Where a store stood before it was told to flush. Without `s3` it writes elsewhere, and nothing is awaited of it. */
export interface Flushed {
  service: string;
  store: StoreName;
  s3?: { bucket: string; prefix: string; newest?: string; atNewest: number };
  /** what it held in memory; 0: nothing has to come */
  held?: number;
  /** how often it had stored something */
  stored?: number;
  /** why it could not be asked */
  silent?: string;
}

/** `complete`: image and all snapshots are complete. */
export interface BackupImage {
  instanceId: string;
  imageId: string;
  name: string;
}

/** Activities as the workflow sees them; `createActivities(deps)` makes them. */
export interface Activities {
  runPreflight(input: { plan: Plan; owner: Owner }): Promise<Found>;

  ensureRepository(input: { owner: Owner; name: string }): Promise<Ensured>;
  removeRepository(input: { owner: Owner; name: string }): Promise<void>;
  ensureExecutionRole(input: {
    owner: Owner;
    name: string;
    secrets: string[];
  }): Promise<Ensured & { inlinePolicy?: string }>;
  ensureTaskRole(input: { owner: Owner; name: string; bucket: string }): Promise<Ensured & { inlinePolicy?: string }>;
  /** takes off the statements that this run added to a role which it had not created */
  removeRolePolicy(input: { owner: Owner; name: string }): Promise<void>;
  /** removes the role where this run created it */
  removeRole(input: { owner: Owner; name: string }): Promise<void>;
  ensureLoadBalancerSecurityGroup(input: {
    owner: Owner;
    name: string;
    vpcId: string;
    publicAccess: boolean;
    vpcCidr: string;
  }): Promise<Ensured>;
  ensureTaskSecurityGroup(input: {
    owner: Owner;
    name: string;
    vpcId: string;
    loadBalancerSecurityGroup: string;
    ports: number[];
    gossipPorts: number[];
  }): Promise<Ensured>;
  removeSecurityGroupRules(input: { owner: Owner; name: string; vpcId: string }): Promise<void>;
  removeSecurityGroup(input: { owner: Owner; name: string; vpcId: string }): Promise<void>;
  ensureSecret(input: { owner: Owner; name: string; from: Plan['secrets'][number]['from'] }): Promise<Ensured>;
  removeSecret(input: { owner: Owner; name: string }): Promise<void>;
  ensureLogGroup(input: { owner: Owner; name: string; retentionDays: number }): Promise<Ensured>;
  removeLogGroup(input: { owner: Owner; name: string }): Promise<void>;
  ensureCluster(input: { owner: Owner; name: string }): Promise<Ensured>;
  removeCluster(input: { owner: Owner; name: string }): Promise<void>;
  ensureNamespace(input: { owner: Owner; name: string; vpcId: string }): Promise<Ensured>;
  removeNamespace(input: { owner: Owner; name: string }): Promise<void>;
  ensureDiscoveryService(input: { owner: Owner; name: string; namespaceId: string }): Promise<Ensured>;
  removeDiscoveryService(input: { owner: Owner; name: string; namespace: string }): Promise<void>;
  ensureLoadBalancer(input: {
    owner: Owner;
    name: string;
    scheme: string;
    subnets: string[];
    securityGroup: string;
  }): Promise<LoadBalancer>;
  removeLoadBalancer(input: { owner: Owner; name: string }): Promise<void>;
  ensureTargetGroup(input: {
    owner: Owner;
    name: string;
    service: string;
    vpcId: string;
    port: number;
    healthPath: string;
    deregistrationDelay: number;
  }): Promise<TargetGroup>;
  removeTargetGroup(input: { owner: Owner; name: string }): Promise<void>;
  ensureListener(input: { owner: Owner; loadBalancer: string; certificate: string }): Promise<Ensured>;
  /** `sourceCidr` absent: from everywhere */
  ensureListenerRule(input: {
    owner: Owner;
    listener: string;
    host: string;
    paths: string[];
    sourceCidr?: string;
    targetGroup: string;
  }): Promise<Ensured>;
  removeListenerRule(input: { owner: Owner; loadBalancer: string; host: string }): Promise<void>;

  /** `image` is `<uri>@sha256:…`; absent while the repository holds none */
  resolveImage(input: ImageRequest): Promise<{ image?: string }>;
  /** on a build host: builds and pushes what ECR does not hold under the tag of its content; fails with type BuildFailed and the last lines */
  buildImage(input: BuildRequest): Promise<{ image: string; tag: string; built: boolean }>;
  /** whether ECR holds the image of what lies in the folder now */
  verifyImage(input: BuildRequest): Promise<{ tag: string; digest?: string }>;
  awaitScan(input: { repository: string; image: string; timeoutMs: number }): Promise<Scan>;
  ensureTaskDefinition(input: Definition & { owner: Owner }): Promise<Ensured>;
  removeTaskDefinition(input: { owner: Owner; family: string }): Promise<void>;
  /** `taskDefinition`: the one it runs; somebody else's service keeps its own */
  ensureService(input: ServiceRequest): Promise<Ensured & { taskDefinition: string }>;
  /** heartbeats; fails with type NotSteady and the reason in an operator's words */
  awaitSteadyState(input: {
    cluster: string;
    service: string;
    count: number;
    timeoutMs: number;
    taskDefinition?: string;
  }): Promise<{ running: number; seconds: number }>;
  /** targets healthy, discovery instances, log streams: what is not there, in words; empty: all is well */
  verifyService(input: {
    cluster: string;
    service: string;
    count: number;
    targetGroup?: string;
    discoveryService: string;
    logGroup: string;
  }): Promise<{ problems: string[] }>;
  /** those that exist, by name */
  findServices(input: { cluster: string; services: string[] }): Promise<Record<string, FoundService>>;
  /** `taskDefinition`: goes back to that one too; waits until the tasks that are too many have ended */
  scaleService(input: {
    owner: Owner;
    cluster: string;
    service: string;
    count: number;
    taskDefinition?: string;
  }): Promise<{ before: number }>;
  removeService(input: { owner: Owner; cluster: string; service: string }): Promise<void>;

  /** lowers the TTL of the records and of what they point to; one batch; `waitSeconds`: the longest old TTL */
  lowerTtl(input: {
    hostedZone: string;
    ttl: number;
    records: SavedRecord[];
  }): Promise<{ changeId?: string; waitSeconds: number }>;
  /** replaces each record by its weighted pair, host 100 / ECS 0, in one batch; done already: no change */
  createPair(input: PairRequest): Promise<{ changeId?: string }>;
  /** read-compare-write: fails with type RecordEdited and the difference when it is neither `from` nor `to` */
  setWeight(
    input: PairRequest & {
      from: number;
      to: number;
      /** names that stand elsewhere than `from` */ stood?: Record<string, number>;
    },
  ): Promise<{ changeId?: string }>;
  /** the pair becomes the ECS record alone */
  foldPair(input: PairRequest): Promise<{ changeId?: string }>;
  /** undo of a fold where the run found the pair at 100 % */
  unfoldPair(input: PairRequest): Promise<{ changeId?: string }>;
  /** back to the pair with the host at 100, from a pair or from the fold; `addresses`: new ones under `follow: instance` */
  restoreTraffic(input: PairRequest & { addresses?: Record<string, string> }): Promise<{ changeId?: string }>;
  /** each record as it was saved; only our own and unedited ones are replaced */
  restoreRecords(input: PairRequest & { addresses?: Record<string, string> }): Promise<{ changeId?: string }>;
  awaitInSync(input: { changeId: string }): Promise<void>;

  watchSignals(input: WatchRequest): Promise<WatchResult>;

  /** who is connected to ports that take data or serve a record */
  listConnections(input: ConnectionRequest): Promise<Peer[]>;
  /** returns when nobody is left, or when others than `seen` are there after `quietMs`; heartbeats */
  watchConnections(input: ConnectionRequest & { seen: Peer[]; quietMs: number }): Promise<Peer[]>;
  /** where the stores stand before they are told to write: what awaitFlush compares with */
  readStores(input: { instanceId: string; composeDirectory: string }): Promise<{ stores: Flushed[] }>;
  /** tells the stores to write what they hold; `failed`: what did not take it, in words */
  flushStores(input: { instanceId: string; composeDirectory: string }): Promise<{ failed: string[] }>;
  /** until S3 lists it; `missing`: what it did not list in time, in words */
  awaitFlush(input: {
    instanceId: string;
    composeDirectory: string;
    stores: Flushed[];
    timeoutMs: number;
  }): Promise<{ missing: string[] }>;
  /** stops the containers gracefully, through SSM */
  stopStack(input: {
    owner: Owner;
    instanceId: string;
    composeDirectory: string;
    stopTimeoutSeconds: number;
  }): Promise<{ output: string }>;
  /** through a probe: every task of a ring must see `count` active members; what is not so, in words */
  checkRings(input: {
    probe: ProbePlace;
    purpose: string;
    rings: { service: string; port: number; path: string; count: number }[];
  }): Promise<{ problems: string[] }>;
  /** through SSM: the newest sample of each; what cannot say has the reason */
  readNewestSamples(input: {
    instanceId: string;
    composeDirectory: string;
    stores: { service: string; store: Store; port: number }[];
  }): Promise<Reading[]>;
  /** through a probe: the first sample of each at or after `since` (ISO) */
  readFirstSamples(input: {
    probe: ProbePlace;
    purpose: string;
    stores: { service: string; store: Store; url: string }[];
    since: string;
  }): Promise<Reading[]>;
  /** through a probe: what each holds only in memory, over all its tasks */
  measureUnflushed(input: {
    probe: ProbePlace;
    purpose: string;
    stores: { service: string; store: Store; port: number }[];
  }): Promise<Unflushed[]>;
  stopInstance(input: { owner: Owner; instanceId: string }): Promise<void>;
  /** resumes an image that this run began; else a new one, `-HHMMSS` when the name is taken */
  createBackup(input: { owner: Owner; instanceId: string; name: string; fallbackName: string }): Promise<BackupImage>;
  awaitBackup(input: { imageId: string }): Promise<void>;
  terminateInstance(input: { owner: Owner; instanceId: string; imageId: string }): Promise<void>;
  /** makes the folder on EFS that the new Grafana's tasks mount */
  prepareGrafanaFolder(input: GrafanaRequest): Promise<void>;
  /** the old Grafana reads on and refuses writes; proven by one that is refused */
  lockGrafana(input: GrafanaFound): Promise<{ counts: GrafanaCounts }>;
  /** it takes writes again; nothing to do after a reboot */
  unlockGrafana(input: GrafanaFound): Promise<void>;
  /** copies what nobody writes to; a database that is there already is set aside, never written over */
  copyGrafana(input: GrafanaRequest): Promise<GrafanaCopy>;
  /** what the new one has; nobody needs to have edited it */
  countGrafana(input: GrafanaRequest): Promise<{ counts: GrafanaCounts }>;
  /** what the new one has and the old one has not, since `since` */
  listGrafanaEdits(input: GrafanaRequest & { since: string; fingerprint: string }): Promise<GrafanaEdits>;
  startInstance(input: { instanceId: string }): Promise<{ publicIp?: string }>;
  /** as soon as SSM sees the host; heartbeats; fails with type HostNotReachable */
  startStack(input: { instanceId: string; composeDirectory: string; timeoutMs: number }): Promise<void>;
  /** until the containers of `services`, or all, run and each name is answered on the host; heartbeats; fails with type HostNotHealthy */
  awaitHost(input: {
    instanceId: string;
    composeDirectory: string;
    timeoutMs: number;
    services?: string[];
    records?: { name: string; protocol: string; port: number }[];
  }): Promise<void>;
}
