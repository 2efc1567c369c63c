import type { WatchState } from '../analysis/types';
import type { ExpectedVisits } from '../analysis/visitors';
import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';
import type { TargetGroup } from './load-balancers';
import type { UserRequests } from './probes';

/** A service that users are served by, and what they come to it through. */
export interface WatchedService {
  name: string;
  count: number;
  /** CloudWatch dimension */
  targetGroup?: string;
  targetGroupArn?: string;
  /** moving names that lead to it, each by rules of its own */
  hosts?: string[];
  /** ranges that may come, each by one of the rules of a name */
  sources?: string[];
  /** its rules name ranges, and nobody knows here which */
  hasSources?: boolean;
  /** of each name, with wildcards; absent: none */
  paths?: string[];
  /** ARN of its Cloud Map service */
  discovery?: string;
  /** epoch ms: until then it was replaced, and what was measured of it says nothing */
  since?: number;
  /** ports at which senders reach it */
  ingest?: WatchedPort[];
}

/** A port of the ingest. */
export interface WatchedPort {
  port: number;
  targetGroupArn: string;
  /** CloudWatch dimensions */
  targetGroup: string;
  loadBalancer: string;
}

/** Where users are served. */
export interface WatchedPlace {
  cluster: string;
  services: WatchedService[];
}

/** What tasks that run do without, and none that starts. */
export interface StartParts {
  /** ARNs */
  roles: string[];
  /** by name */
  secrets: string[];
  logGroups: string[];
}

/** Signals and everything that is needed to look at them. */
export interface WatchRequest extends WatchedPlace {
  analysis: Plan['analysis'];
  /** CloudWatch dimension */
  loadBalancer: string;
  /** this run made it, and nobody else's requests come to it */
  isOwnBalancer: boolean;
  /** what a probe asks all the time, for the signals of that source; `purpose` begins those of its rounds */
  asking?: UserRequests & {
    purpose: string;
  };
  /** absent: nobody has to come */
  expected?: ExpectedVisits;
  /** what was counted and told so far; the watch goes on from there */
  state: WatchState;
  /** epoch ms: until then nothing passes, and nothing is called slow */
  warmUntil: number;
  /** what no task starts without; absent: it is not known */
  parts?: StartParts;
  /** a gate waits for nothing but the signals */
  awaitsPass: boolean;
  /** a failure changes nothing any more */
  onlyShows: boolean;
  /** how many ms any other verdict must stand to be told */
  quietMs: number;
}

export interface WatchResult {
  state: WatchState;
  /** what an operator has to know of how it was counted */
  note?: string;
}

/** What a watch puts into its heartbeat after every look; the command line shows it live. */
export interface WatchHeartbeat extends WatchResult {
  at: string;
  /** epoch ms since when the verdict stands */
  since: number;
}

/** Where requests to services on ECS are counted. */
export interface RequestsPlace {
  /** CloudWatch dimension */
  loadBalancer: string;
  groups: {
    service: string;
    /** CloudWatch dimension */
    targetGroup: string;
  }[];
  /** CloudWatch dimension of the ingest, where services that stop take what comes by it */
  ingest?: string;
}

/** Who still asks services on ECS. */
export interface RequestsQuestion extends RequestsPlace {
  analysis: Pick<Plan['analysis'], 'interval' | 'period' | 'settle'>;
  /** epoch ms: periods that began before say nothing */
  since: number;
  /** services that were told to be asked */
  seen: string[];
}

/** Of a service its requests; of the ingest, `INGEST`, the connections that senders hold. */
export interface RequestRate {
  service: string;
  perMinute?: number;
  flows?: number;
}

/** As which the ingest stands among the services that are asked. */
export const INGEST = 'the ingest';

export interface RequestsAnswer {
  /** two periods without a request, and without a connection to the ingest */
  isQuiet: boolean;
  /** services that are asked, as last looked at; null: no period was measured yet */
  asked: RequestRate[] | null;
}

/** What a stack was put on and services that were started, as far as somebody may have deleted it. */
interface StackParts extends WatchedPlace, StartParts {
  repositories: string[];
  /** target groups that no service is in; `id`: ARN */
  idleGroups: Pick<TargetGroup, 'service' | 'id'>[];
  /** the services were started */
  isDeployed: boolean;
}

export interface MissingParts {
  /** each in words */
  missing: string[];
  /** those that are gone, with all images */
  repositories: string[];
}

export interface WatchActivities {
  findMissing(input: StackParts): Promise<MissingParts>;
  watchSignals(input: WatchRequest): Promise<WatchResult>;
  /** until nobody asks any more, or others are asked than were `seen`; says what it saw last when it is cancelled */
  watchRequests(input: RequestsQuestion): Promise<RequestsAnswer>;
}

export const WATCH_ATTEMPTS: AttemptsOf<WatchActivities> = {
  findMissing: 'question',
  watchSignals: 'watch',
  watchRequests: 'watch',
};
