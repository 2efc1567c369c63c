import type { STORES } from '../plan/service';

/**
 * What the four stores answer about the age of their samples and about what they hold only in memory. Pure: requests
 * in, bodies in, times and amounts out; activities/question.ts asks them. Sources, read 2026-11: Mimir, Loki, Tempo
 * and Pyroscope, "HTTP API" of their documentation; metric names as docs/data.md cites them.
 */
export type Store = (typeof STORES)[number];

/** One HTTP request; `post` is its JSON body. */
export interface StoreRequest {
  path: string;
  post?: string;
}

interface StoreApi {
  /** asked in order; the first that says a time is taken */
  newest: (now: Date) => StoreRequest[];
  /** the earliest sample at or after `since` */
  first: (since: Date, now: Date) => StoreRequest[];
  /** milliseconds since 1970 that a body names, or none */
  times: (body: string) => number[];
  /** gauge of /metrics, summed, and what it counts */
  memory: { metric: string; unit: string };
}

/** How far back a newest sample is looked for, and how long after the beginning of a shift a first one: a day, in seconds. */
const REACH_S = 86_400;
/** Resolution of Mimir's first sample and Pyroscope's step, in seconds: the usual scrape interval. */
const STEP_S = 15;
/** Mimir's subquery reaches this far after the beginning, in seconds: 240 evaluations. */
const MIMIR_REACH_S = 3600;

const seconds = (time: Date) => Math.floor(time.getTime() / 1000);
const later = (time: Date, s: number, now: Date) => new Date(Math.min(time.getTime() + s * 1000, now.getTime()));
const query = (path: string, fields: Record<string, string | number>) =>
  `${path}?${Object.entries(fields)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&')}`;

interface Vector {
  data?: { result?: { value?: [number, string] }[] };
}
interface Streams {
  data?: { result?: { values?: [string, string][] }[] };
}
interface Traces {
  traces?: { startTimeUnixNano?: string }[];
}
interface Profiles {
  newestProfileTime?: string | number;
  series?: { points?: { timestamp?: string | number }[] }[];
}

/** Loki takes no empty selector; since 3.0 every stream has service_name, older ones mostly have job. */
const SELECTORS = ['{service_name=~".+"}', '{job=~".+"}'];
const loki = (direction: string, start: Date, end: Date) =>
  SELECTORS.map((selector) => ({
    path: query('/loki/api/v1/query_range', {
      query: selector,
      limit: 1,
      direction,
      start: seconds(start),
      end: seconds(end) + 1,
    }),
  }));

/** Tempo's search stops at its limit, in no order: windows that widen keep the error below the narrowest that has traces. */
const WINDOWS_S = [15, 60, 300, 3600];
const tempo = (window: (s: number) => [start: Date, end: Date]) =>
  WINDOWS_S.map(window).map(([start, end]) => ({
    path: query('/api/search', { start: seconds(start), end: seconds(end) + 1, limit: 100 }),
  }));

export const STORE_API: Record<Store, StoreApi> = {
  mimir: {
    newest: () =>
      ['up', '{__name__=~".+"}'].map((series) => ({
        path: query('/prometheus/api/v1/query', { query: `max(timestamp(${series}))` }),
      })),
    first: (since, now) => {
      const end = later(since, MIMIR_REACH_S, now);
      const range = `${Math.max(STEP_S, seconds(end) - seconds(since))}s:${STEP_S}s`;
      return ['up', '{__name__=~".+"}'].map((series) => ({
        path: query('/prometheus/api/v1/query', {
          query: `min_over_time(min(timestamp(${series}) >= ${seconds(since)})[${range}])`,
          time: seconds(end),
        }),
      }));
    },
    times: (body) =>
      ((JSON.parse(body) as Vector).data?.result ?? []).flatMap(({ value }) =>
        value ? [Number(value[1]) * 1000] : [],
      ),
    memory: { metric: 'cortex_ingester_memory_series', unit: 'series' },
  },
  loki: {
    newest: (now) => loki('backward', new Date(now.getTime() - REACH_S * 1000), now),
    first: (since, now) => loki('forward', since, now),
    times: (body) =>
      ((JSON.parse(body) as Streams).data?.result ?? []).flatMap(({ values }) =>
        (values ?? []).map(([nanoseconds]) => Number(nanoseconds) / 1e6),
      ),
    memory: { metric: 'loki_ingester_memory_chunks', unit: 'chunks' },
  },
  tempo: {
    newest: (now) => tempo((s) => [new Date(now.getTime() - s * 1000), now]),
    first: (since, now) => tempo((s) => [since, later(since, s, now)]),
    times: (body) =>
      ((JSON.parse(body) as Traces).traces ?? []).flatMap(({ startTimeUnixNano }) =>
        startTimeUnixNano ? [Number(startTimeUnixNano) / 1e6] : [],
      ),
    memory: { metric: 'tempo_ingester_live_traces', unit: 'traces' },
  },
  pyroscope: {
    newest: () => [{ path: '/querier.v1.QuerierService/GetProfileStats', post: '{}' }],
    first: (since, now) => [
      {
        path: '/querier.v1.QuerierService/SelectSeries',
        post: JSON.stringify({
          profileTypeID: 'process_cpu:cpu:nanoseconds:cpu:nanoseconds',
          labelSelector: '{}',
          start: since.getTime(),
          end: later(since, 3600, now).getTime(),
          step: STEP_S,
        }),
      },
    ],
    times: (body) => {
      const { newestProfileTime, series = [] } = JSON.parse(body) as Profiles;
      const points = series.flatMap(({ points = [] }) =>
        points.flatMap(({ timestamp }) => (timestamp === undefined ? [] : [Number(timestamp)])),
      );
      return newestProfileTime === undefined ? points : [Number(newestProfileTime), ...points];
    },
    memory: { metric: 'pyroscope_head_size_bytes', unit: 'bytes' },
  },
};

/** Sum of a gauge over all its labels in the text of /metrics; undefined when it is not there. */
export function gauge(text: string, metric: string): number | undefined {
  const values = text.split('\n').flatMap((line) => {
    const found = new RegExp(`^${metric}(?:\\{.*\\})? (\\S+)`).exec(line);
    return found ? [Number(found[1])] : [];
  });
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
}

/** States of a ring's members in the JSON of its page: Mimir, Loki and Pyroscope share dskit's. */
export function activeMembers(body: string): number {
  return [...body.matchAll(/"state":\s*"ACTIVE"/g)].length;
}

/** What one side said of a store: a time, or why there is none. */
export interface Reading {
  service: string;
  /** ISO time */
  at: string | null;
  note: string;
}

/** One line of the handover report. `gapSeconds`: from the newest old to the first new, 0 where they overlap, null where one is unknown. */
export interface Handover {
  service: string;
  newestOld: string | null;
  firstNew: string | null;
  gapSeconds: number | null;
  note: string;
}

/** Both sides of each store; nothing unknown becomes a number. `old` may have several readings of a store, one a host. */
export function handover(old: Reading[], first: Reading[]): Handover[] {
  return first.map(({ service, at: firstNew, note: newNote }) => {
    const readings = old.filter((reading) => reading.service === service);
    const newestOld =
      readings
        .map(({ at }) => at)
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null;
    const notes = [
      newestOld === null ? `old: ${readings.map(({ note }) => note).join(', ') || 'no host was asked'}` : '',
      firstNew === null ? `new: ${newNote}` : '',
    ];
    const apart =
      newestOld !== null && firstNew !== null ? (Date.parse(firstNew) - Date.parse(newestOld)) / 1000 : null;
    if (apart !== null && apart < 0) notes.push(`both sides took in for ${Math.round(-apart)} s`);
    return {
      service,
      newestOld,
      firstNew,
      gapSeconds: apart === null ? null : Math.max(0, Math.round(apart * 10) / 10),
      note: notes.filter(Boolean).join('; '),
    };
  });
}

/** What a store holds only in memory; null with the reason when it could not say. */
export interface Unflushed {
  service: string;
  amount: number | null;
  unit: string;
  note: string;
}

/** `mimir 12,345 series in memory, loki not measured (…)` */
export function inMemory(amounts: Unflushed[]): string {
  return amounts
    .map(({ service, amount, unit, note }) =>
      amount === null ? `${service} not measured (${note})` : `${service} ${amount.toLocaleString('en-US')} ${unit}`,
    )
    .join(', ');
}
