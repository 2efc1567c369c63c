import { z } from 'zod';
import { isKnownSource, METRICS } from '../metrics';
import { describeUnknownMetric } from '../texts';
import { defineRule, type Report } from './rule';

const analysis = z.object({
  signals: z.record(z.string(), z.unknown()),
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
  metric: z.string().min(1),
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
