import type { Metric } from '../stores/endpoint';

/** A value as Prometheus prints it; `+Inf` and `NaN` among them. */
const VALUE = '([-+.\\deE]+|NaN|\\+Inf)';

/** Every Go program has it: a page with it is one of metrics. */
export const ALWAYS_THERE = 'go_goroutines';

/**
 * Sum of a metric over all its labels in a text of /metrics.
 * @param label only lines with it count
 * @param isLate the program has it only after its first use: where the page has others, it is 0
 * @returns undefined when it is not there, which is not 0
 */
export function sumMetric(text: string, { name, label, isLate }: Metric): number | undefined {
  const lines = text.split('\n');
  const line = new RegExp(`^${name}(\\{.*\\})?\\s+${VALUE}`);
  const found = lines.map((entry) => line.exec(entry)).filter((match) => match !== null);
  const values = found.filter(([, labels = '']) => label === undefined || labels.includes(label));
  if (values.length > 0) return values.reduce((sum, [, , value]) => sum + Number(value), 0);
  const isPage = lines.some((entry) => entry.startsWith(ALWAYS_THERE));
  return isLate && isPage ? 0 : undefined;
}

/** Of several sums those that are there, together; undefined where none is. */
export function addSums(sums: (number | undefined)[]): number | undefined {
  const known = sums.filter((sum) => sum !== undefined);
  return known.length === 0 ? undefined : known.reduce((all, sum) => all + sum, 0);
}

/** Of a text of /metrics what these sum up to together; undefined where none is there. */
export const sumMetrics = (text: string, metrics: Metric[]): number | undefined =>
  addSums(metrics.map((metric) => sumMetric(text, metric)));

/** What a program says that it is; of Go itself there is another. */
export const BUILD_INFO = '[a-z]+_build_info';
const VERSION = new RegExp(`^(?!go_)${BUILD_INFO}\\{.*\\bversion="([^"]+)"`, 'm');

/** The version on a page of metrics; undefined: the program was built without one. */
export const readVersion = (text: string): string | undefined => VERSION.exec(text)?.[1];
