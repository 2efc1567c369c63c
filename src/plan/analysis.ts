import { z } from 'zod';
import { toMilliseconds } from './duration';
import { duration, durationWithin, line, lineOf, naturalNumber, textLike, wholeNumber } from './formats';
import { describePeriod, describeShare, MISSING_LIMIT } from './texts';

/**
 * What a failing signal means for the way back:
 * plan document, rollback cases 2 and 3.
 */
const signalClass = z.enum(['availability', 'data', 'performance']);
export type SignalClass = z.infer<typeof signalClass>;

/** Source: AWS, API reference of PutMetricData. */
const namespace = textLike(/^[\w.\-/#][\w.\-/#: ]{0,254}$/, 'a namespace of CloudWatch');
const dimensionName = textLike(/^[!-9;-~][!-~]{0,254}$/, 'the name of a dimension');

/**
 * One signal: where it is measured and what it may be.
 * `source` names a file of src/analysis/signals; metrics.ts has what each can measure.
 */
const signalSchema = z
  .strictObject({
    source: z.enum(['load-balancer', 'ecs', 'probe', 'custom']),
    metric: line,
    namespace: namespace.default('LGTM/Migration').meta({
      description: 'Of a custom metric',
    }),
    dimensions: z.record(dimensionName, lineOf(1024)).default({}),
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.enum(['%', 's', 'ms', '']).default(''),
    class: signalClass,
    onNoData: z.enum(['inconclusive', 'pass', 'fail']).default('inconclusive'),
    minSamples: naturalNumber.default(1),
  })
  .check(({ value, issues }) => {
    for (const key of ['min', 'max'] as const) {
      const limit = value[key];
      if (limit === undefined || value.unit !== '%' || (limit >= 0 && limit <= 100)) continue;
      issues.push({
        code: 'custom',
        input: value,
        path: [key],
        message: describeShare(limit),
      });
    }
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
  if (!duration.safeParse(value).success) return true;
  const length = toMilliseconds(value);
  return SHORT_PERIODS.includes(length) || length % MINUTE === 0;
}

const period = durationWithin('1s', '1d').refine(isPeriod, {
  error: ({ input }) => describePeriod(String(input)),
});

/** How a gate counts; names and meaning after Argo Rollouts' AnalysisTemplate. */
export const analysisSchema = z.strictObject({
  interval: durationWithin('1s', '1h').default('1m').meta({
    description: 'Between two looks',
  }),
  initialDelay: durationWithin('0s', '6h').default('2m').meta({
    description: 'After a new weight, until something may pass or be called slow; errors count at once',
  }),
  period: period.default('1m').meta({
    description: 'Of a CloudWatch data point',
  }),
  settle: durationWithin('0s', '1h').default('2m').meta({
    description: 'How long a data point may still change: it is judged only after that',
  }),
  lookback: durationWithin('1s', '1d').default('10m').meta({
    description: 'How old a data point may be',
  }),
  failureLimit: naturalNumber.default(2).meta({
    description: 'Failed measurements of a signal that a gate tolerates within the failureWindow',
  }),
  failureWindow: durationWithin('1s', '30d').default('1h').meta({
    description: 'How long a failed measurement counts; a step bakes as long, a week or a held approval longer',
  }),
  consecutiveSuccessLimit: wholeNumber(1, 1_000_000).default(3).meta({
    description: 'Passed measurements in a row that a step needs to end',
  }),
  inconclusiveLimit: naturalNumber.default(5).meta({
    description: 'Inconclusive measurements before the gate holds',
  }),
  consecutiveErrorLimit: naturalNumber.default(4).meta({
    description: 'Looks in a row that could not be made before the gate holds',
  }),
  holdTimeout: durationWithin('10m', '30d').optional().meta({
    description: 'How long a gate waits for its signals after its bake and its approval; absent: without an end',
  }),
  onHoldTimeout: z.enum(['wait', 'rollback']).default('wait').meta({
    description: 'What follows from that: it is told and waits on, or it goes back',
  }),
  signals: z.record(line, signalSchema),
});
export type AnalysisPlan = z.output<typeof analysisSchema>;
