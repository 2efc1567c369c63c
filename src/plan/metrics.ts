/**
 * What each source can measure, by the names that a plan gives it;
 * a custom metric may have any name.
 */
export const METRICS = {
  'load-balancer': [
    // percent of the requests, of the moving name that has most, or of what a balancer of our own answers itself
    '5xx-share',
    // seconds until a target has answered, of the slowest moving name
    'p95',
    // healthy targets of the target group that has the fewest, of the ingest's too
    'healthy-hosts',
  ],
  ecs: [
    // the worst service's running tasks, in percent of those it should have
    'running-share',
  ],
  probe: [
    // percent of a probe's requests that the load balancer answered itself by an error, or nobody, of the worst name
    'unanswered-share',
  ],
} as const;

/** A source whose metrics are ours to name. */
export type KnownSource = keyof typeof METRICS;

/** The metrics of one source: analysis/signals measures each of them. */
export type MetricOf<Source extends KnownSource> = (typeof METRICS)[Source][number];

/** Whether the metrics of `source` are listed here. */
export function isKnownSource(source: string): source is KnownSource {
  return Object.hasOwn(METRICS, source);
}
