import { z } from 'zod';
import { toMilliseconds } from '../duration';
import { duration, line } from '../formats';
import { isKnownSource, METRICS } from '../metrics';
import { describeShortLookback, describeUnknownMetric } from '../texts';
import { defineRule, type Report } from './rule';

const analysis = z.object({
  signals: z.record(z.string(), z.unknown()),
});

const spans = z.object({ lookback: duration, period: duration });

/** What is looked back upon holds at least one data point. */
export const dataPointsAreYoung = defineRule(z.object({ analysis: spans }), (plan, report) => {
  const { lookback, period } = plan.analysis;
  if (toMilliseconds(lookback) >= toMilliseconds(period)) return;
  report(['analysis', 'lookback'], lookback, describeShortLookback(lookback, period));
});

/** A metric that its source doesn't know would otherwise fail no sooner than the first look. */
export const metricsAreKnown = defineRule(z.object({ analysis }), (plan, report) => {
  const { signals } = plan.analysis;
  for (const [name, signal] of Object.entries(signals)) {
    checkMetric(['analysis', 'signals', name], signal, report);
  }
});

const measured = z.object({
  source: z.string(),
  metric: line,
});

/** Looked at one by one, so that an error in one signal hides none of another. */
function checkMetric(path: PropertyKey[], signal: unknown, report: Report): void {
  const { data } = measured.safeParse(signal);
  if (!data) return;
  const { source, metric } = data;
  if (!isKnownSource(source)) return;
  const known: readonly string[] = METRICS[source];
  if (known.includes(metric)) return;
  const message = describeUnknownMetric(source, metric, known);
  report([...path, 'metric'], metric, message);
}
