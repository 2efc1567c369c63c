import type { WatchState } from '../analysis/types';
import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';

/** A service that users are served by, and what they come to it through. */
export interface WatchedService {
  name: string;
  count: number;
  /** CloudWatch dimension */
  targetGroup?: string;
  targetGroupArn?: string;
  /** ARN of its Cloud Map service */
  discovery?: string;
}

/** Where users are served. */
export interface WatchedPlace {
  cluster: string;
  services: WatchedService[];
}

/** Signals and everything that is needed to look at them. */
export interface WatchRequest extends WatchedPlace {
  analysis: Plan['analysis'];
  /** CloudWatch dimension */
  loadBalancer: string;
  /** what was counted and told so far; the watch goes on from there */
  state: WatchState;
  /** epoch ms: until then nothing passes, and nothing is called slow */
  warmUntil: number;
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

export interface WatchActivities {
  watchSignals(input: WatchRequest): Promise<WatchResult>;
}

export const WATCH_ATTEMPTS: AttemptsOf<WatchActivities> = { watchSignals: 'watch' };
