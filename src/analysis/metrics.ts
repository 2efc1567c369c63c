/** A value as Prometheus prints it; `+Inf` and `NaN` among them. */
const VALUE = '([-+.\\deE]+|NaN|\\+Inf)';

/**
 * Sum of a metric over all its labels in a text of /metrics.
 * @returns undefined when it is not there, which is not 0
 */
export function sumMetric(text: string, metric: string): number | undefined {
  const line = new RegExp(`^${metric}(?:\\{.*\\})?\\s+${VALUE}`);
  const values = text.split('\n').flatMap((entry) => line.exec(entry)?.[1] ?? []);
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + Number(value), 0);
}
