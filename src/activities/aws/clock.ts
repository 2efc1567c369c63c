import { sleep } from '../pacing';

/** Where a watch gets its time from. */
export interface Clock {
  /** epoch ms */
  now(): number;
  /** throws when the activity is cancelled */
  sleep(ms: number): Promise<void>;
}

export const REAL_TIME: Clock = {
  now: Date.now,
  sleep,
};
