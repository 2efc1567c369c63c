import { z } from 'zod';
import { duration, toMilliseconds } from './duration';
import { naturalNumber, textMap } from './formats';
import { describePeriod, MISSING_LIMIT } from './texts';

/**
 * What a failing signal means for the way back:
 * plan document, rollback cases 2 and 3.
 */
const signalClass = z.enum(['availability', 'data', 'performance']);
export type SignalClass = z.infer<typeof signalClass>;

/**
 * One signal: where it is measured and what it may be.
 * `source` names a file of src/analysis/signals; metrics.ts has what each can measure.
 */
const signalSchema = z
  .strictObject({
    source: z.enum(['load-balancer', 'ecs', 'custom']),
    metric: z.string().min(1),
    namespace: z.string().default('LGTM/Migration').meta({
      description: 'Of a custom metric',
    }),
    dimensions: textMap.default({}),
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.enum(['%', 's', 'ms', '']).default(''),
    class: signalClass,
    onNoData: z.enum(['inconclusive', 'pass', 'fail']).default('inconclusive'),
    minSamples: naturalNumber.default(1),
  })
  .check(({ value, issues }) => {
    const hasMin = value.min !== undefined;
    const hasMax = value.max !== undefined;
    if (hasMin !== hasMax) return;
    issues.push({
      code: 'custom',
      input: value,
      path: ['max'],
      message: MISSING_LIMIT,
    });
  });
export type SignalPlan = z.output<typeof signalSchema>;

/**
 * Periods under a minute that CloudWatch has, in milliseconds.
 * Source: AWS, API reference of GetMetricData.
 */
const SHORT_PERIODS = [1000, 5000, 10_000, 20_000, 30_000];
const MINUTE = 60_000;

function isPeriod(value: string): boolean {
  const length = toMilliseconds(value);
  return SHORT_PERIODS.includes(length) || length % MINUTE === 0;
}

const period = duration.refine(isPeriod, {
  error: ({ input }) => describePeriod(String(input)),
});

/** How a gate counts; names and meaning after Argo Rollouts' AnalysisTemplate. */
export const analysisSchema = z.strictObject({
  interval: duration.default('1m').meta({
    description: 'Between two looks',
  }),
  initialDelay: duration.default('2m').meta({
    description: 'After a new weight, until something may pass or be called slow; errors count at once',
  }),
  period: period.default('1m').meta({
    description: 'Of a CloudWatch data point',
  }),
  settle: duration.default('2m').meta({
    description: 'How long a data point may still change: it is judged only after that',
  }),
  lookback: duration.default('10m').meta({
    description: 'How old a data point may be',
  }),
  failureLimit: naturalNumber.default(2).meta({
    description: 'Failed measurements of a signal that a gate tolerates within the failureWindow',
  }),
  failureWindow: duration.default('1h').meta({
    description: 'How long a failed measurement counts; a step bakes as long, a week or a held approval longer',
  }),
  consecutiveSuccessLimit: z.int().min(1).default(3).meta({
    description: 'Passed measurements in a row that a step needs to end',
  }),
  inconclusiveLimit: naturalNumber.default(5).meta({
    description: 'Inconclusive measurements before the gate holds',
  }),
  consecutiveErrorLimit: naturalNumber.default(4).meta({
    description: 'Looks in a row that could not be made before the gate holds',
  }),
  signals: z.record(z.string(), signalSchema),
});
export type AnalysisPlan = z.output<typeof analysisSchema>;
