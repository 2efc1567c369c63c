import type { Backend } from './backend';
import type {
  ConfigurationEndpoint,
  Endpoint,
  FlushEndpoint,
  Metric,
  MetricsEndpoint,
  SampleEndpoint,
} from './endpoint';
import type { Fargate } from './fargate';
import type { Setting, Settings } from './settings';
import type { Times } from './times';

/** A setting, where it may stand and what holds without it. */
export interface DefaultedSetting {
  /** the first that is given counts */
  paths: string[];
  byDefault: string;
}

/** Whether several tenants are told apart, and who the only one is. */
interface Tenancy {
  isSeveral: DefaultedSetting;
  single: DefaultedSetting;
}

/** What one side alone took in is missing on the other, until it is in S3 and looked for there. */
interface Visibility {
  /** `samples` */
  what: string;
  /** what the host took in and ECS misses; by the component's documented defaults */
  onEcs: Delay;
  /** what ECS took in and the host misses; by what dockerfiles/<store> sets */
  onHost: Delay;
}

interface Delay {
  upTo: string;
  why: string;
}

/** A version at which what is stored, or its options, changed so that the other side can't take over. */
export interface VersionBoundary {
  /** the first version on the far side */
  at: string;
  what: string;
  source: string;
}

/** An option that a version no longer has: a path of the configuration file, or a variable of Grafana's. */
export interface DeadOption {
  path: string;
  /** the first version without it */
  since: string;
  instead: string;
  source: string;
}

/** What is amiss with a service's plan for a store; `key` is the path below the service. */
interface StoreAdvice {
  key: string;
  message: string;
  fix: string;
}

/** What of a service's plan a store may have an opinion on. */
export interface StoreService {
  count: number;
  /** copies of what is written */
  copies: number;
  version?: string;
  environment: Record<string, string>;
}

/** Who decides which task has which part: the same page for Mimir, Loki and Pyroscope (dskit). */
interface RingSettings {
  /** paths of ring blocks; kvstore.store and replication_factor stand below each */
  blocks: string[];
}

/** What its image of dockerfiles/ takes when a plan says nothing; a test keeps them in step. */
interface StoreImage {
  /** `ARG VERSION=` of its Dockerfile */
  version: string;
  prefix: string;
  /** 0s: for ever */
  retention: string;
  /** variables, beside prefix and retention, by which it reads and writes where a configuration did */
  readEnvironment(settings: Settings, backends: Backend[]): Record<string, string>;
  /** of these variables those, beside S3_PREFIX, that say where it keeps what */
  places?: string[];
  /** prefixes of what is not the data itself, by what it is */
  readOtherPrefixes?(environment: Record<string, string>): Record<string, string>;
}

/** Where, how and for how long a store keeps data: what its configuration says. */
interface Keeping {
  /** places where it keeps data; the first holds the data itself */
  readBackends(settings: Settings): Backend[];
  /** flags that are not called as their path in the file. Source: its reference of configuration parameters */
  flags: Record<string, string>;
  /** its configuration expands `${NAME:default}`; the others `${NAME:-default}` */
  expandsWithColon?: boolean;
  ring: RingSettings;
  tenancy: Tenancy;
  retention: DefaultedSetting;
  /** settings without which the retention does not hold */
  isRetentionOn?(settings: Settings): boolean;
  /** modules of `-target` with which its compactor runs */
  compactors: string[];
  isCompactorOff?(settings: Settings): boolean;
  /** several of it on one bucket compact twice, ring or not */
  compactsAlone?: boolean;
  /** settings that hold a key for S3 in a way of their own */
  findKeySettings?(settings: Settings): string[];
  /** periods of its schema as they stand, where it has any, and the setting that holds them */
  schema?: {
    setting: string;
    /** each period in words that are the same for the same */
    describe(settings: Settings): string[];
    /** those that its image of dockerfiles/ reads and writes */
    describeImage(environment: Record<string, string>): string[];
  };
  /** several of its backends may share a prefix: it knows what is whose */
  sharesPrefix?: boolean;
  /** more tasks than the plan document's are kept when it is imported */
  scales?: boolean;
}

/** What it is asked over HTTP. Each has its answers under test/stores/answers. */
interface Asking {
  ready: Endpoint;
  configuration: ConfigurationEndpoint;
  /** makes it write what it holds in memory */
  flush: FlushEndpoint;
  metrics: MetricsEndpoint;
  /** who is in its ring, where several of it have one */
  ringPage?: Endpoint;
  /** the newest sample: no argument but now */
  newest: SampleEndpoint<[now: Date]>;
  /** the earliest sample at or after `since` */
  first: SampleEndpoint<[since: Date, now: Date]>;
  /** how an answer to both names its times */
  times: Times;
}

/** What differs between versions, and what the images bring. */
interface Versions {
  image: StoreImage;
  boundaries: VersionBoundary[];
  deadOptions: DeadOption[];
  /** since when its published image has no shell and none of its tools */
  bareSince: {
    version: string;
    source: string;
  };
  /**
   * What its published image is started with where nobody names a configuration, and what of that counts here.
   * Those of Mimir and Tempo bring none: cmd/mimir/Dockerfile and cmd/tempo/Dockerfile have an ENTRYPOINT alone.
   */
  shipped?: {
    path: string;
    settings: Record<string, unknown>;
  };
  /** names that it is published under beside its own */
  publishedAs?: string[];
}

/** What whoever reaches a component's HTTP port can do to it, without a password. */
export interface Administration {
  paths: string[];
  /** senders have ports of their own: this one can be left out of an ingest */
  isApart: boolean;
}

/** What a component counts of what it is sent, whoever sends it: its own scrapes of itself too. */
export interface ReceivedCounter {
  /** counters, added up; what comes with the first sample is 0 before */
  metrics: Metric[];
  /** `samples` */
  unit: string;
  /** where its own counters tell its ports apart; absent: senders have one */
  ports?: ReceivedPort[];
}

/** What came in at a port, as the component itself knows it: what a host publishes it as is not to be seen here. */
interface ReceivedPort {
  port: number;
  metrics: Metric[];
}

/** A port at which senders reach a component, and what it speaks there. */
export interface Door {
  port: number;
  speaks: string;
}

/** An exit code of a container that was stopped in order, and is no failure. */
export interface KnownExit {
  code: number;
  why: string;
}

/** Everything that is known of a store. No other file knows one by name but the list, and the plan's defaults. */
export interface Store extends Keeping, Asking, Versions {
  /** where it answers HTTP by its own default, and by the plan document */
  ports: number[];
  /** beside that, where it takes what it stores; its HTTP port answers no sender of these */
  doors: Door[];
  /** paths of HTTP by which senders push to it; each takes POST alone */
  pushes: string[];
  /** where Alloy on ECS writes to it on the old host, and the variable that says otherwise (dockerfiles/alloy) */
  oldHost: {
    port: number;
    variable: string;
  };
  visibility: Visibility;
  administration: Administration;
  fargate: Fargate;
  received: ReceivedCounter;
  /** the alert rules of its ruler, as Prometheus tells them; no answer of a real one was recorded */
  alertRules?: Endpoint;
  knownExit?: KnownExit;
  advise?(service: StoreService): StoreAdvice[];
}

/** Whether the modules that `-target` starts have one of these among them. */
export function runsModule(settings: Settings<Setting>, modules: string[]): boolean {
  const target = settings.get('target')?.value ?? 'all';
  return target.split(',').some((module) => modules.includes(module.trim()));
}

/** Whether its compactor runs. */
export function runsCompactor(store: Store, settings: Settings): boolean {
  return !store.isCompactorOff?.(settings) && runsModule(settings, store.compactors);
}
