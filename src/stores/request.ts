import type { StoreRequest } from './endpoint';

/** How far back a newest sample is looked for, and how long after the beginning of a shift a first one. Seconds. */
export const REACH_S = 86_400;

/** Resolution of a first sample where a query has steps, in seconds: the usual scrape interval. */
export const STEP_S = 15;

/** Whole seconds since 1970. */
export const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

/** So many seconds later, but not after `now`. */
export function addSeconds(time: Date, seconds: number, now: Date): Date {
  return new Date(Math.min(time.getTime() + seconds * 1000, now.getTime()));
}

/** A GET with its query string. */
export function query(path: string, fields: Record<string, string | number>): StoreRequest {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return { path: `${path}?${pairs.join('&')}` };
}
