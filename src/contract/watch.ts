import type { Measurement, WatchState } from '../analysis/types';
import type { Plan } from '../plan/schema';
import type { AttemptsOf } from './attempts';

/** Signals and everything that is needed to look at them. */
export interface WatchRequest {
  analysis: Plan['analysis'];
  cluster: string;
  /** CloudWatch dimension */
  loadBalancer: string;
  services: {
    name: string;
    count: number;
    targetGroup?: string;
  }[];
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

export interface WatchActivities {
  watchSignals(input: WatchRequest): Promise<WatchResult>;
}

export const WATCH_ATTEMPTS: AttemptsOf<WatchActivities> = { watchSignals: 'watch' };
