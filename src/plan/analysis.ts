import { z } from 'zod';
import { duration, milliseconds } from './duration';

/** What a failing signal means for the way back: plan document, rollback cases 2 and 3. */
export const signalClass = z.enum(['availability', 'data', 'performance']);
export type SignalClass = z.infer<typeof signalClass>;

/**
 * One signal: where it is measured and what it may be.
 * `source` names a file of src/analysis/signals.
 */
export const signalSchema = z
  .strictObject({
    source: z.enum(['load-balancer', 'ecs', 'custom']),
    metric: z.string().min(1),
    namespace: z.string().default('LGTM/Migration').meta({ description: 'Of a custom metric' }),
    dimensions: z.record(z.string(), z.string()).default({}),
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.enum(['%', 's', 'ms', '']).default(''),
    class: signalClass,
    onNoData: z.enum(['inconclusive', 'pass', 'fail']).default('inconclusive'),
    minSamples: z.int().min(0).default(1),
  })
  .check((ctx) => {
    if ((ctx.value.min === undefined) === (ctx.value.max === undefined)) {
      ctx.issues.push({
        code: 'custom',
        input: ctx.value,
        path: ['max'],
        message: 'a signal needs one limit; give it max or min',
      });
    }
  });
export type SignalPlan = z.output<typeof signalSchema>;

/** How a gate counts; names and meaning after Argo Rollouts' AnalysisTemplate. */
export const analysisSchema = z.strictObject({
  interval: duration.default('1m').meta({ description: 'Between two looks' }),
  initialDelay: duration.default('2m').meta({ description: 'Before the first look of a step' }),
  period: duration
    .refine((value) => [1, 5, 10, 20, 30].includes(milliseconds(value) / 1000) || milliseconds(value) % 60_000 === 0, {
      error: (issue) => `CloudWatch takes 1s, 5s, 10s, 20s, 30s or whole minutes, not ${String(issue.input)}`,
    })
    .default('1m')
    .meta({ description: 'Of a CloudWatch data point' }),
  settle: duration
    .default('2m')
    .meta({ description: 'How long a data point may still change: it is judged only after that' }),
  lookback: duration.default('10m').meta({ description: 'How old a data point may be' }),
  failureLimit: z
    .int()
    .min(0)
    .default(2)
    .meta({ description: 'Failed measurements of a signal that a gate bears within the failureWindow' }),
  failureWindow: duration.default('1h').meta({
    description: 'How long a failed measurement counts; a step bakes as long, a week or a held approval longer',
  }),
  consecutiveSuccessLimit: z
    .int()
    .min(1)
    .default(3)
    .meta({ description: 'Passed measurements in a row that a step needs to end' }),
  inconclusiveLimit: z.int().min(0).default(5).meta({ description: 'Inconclusive measurements before the gate holds' }),
  consecutiveErrorLimit: z
    .int()
    .min(0)
    .default(4)
    .meta({ description: 'Looks in a row that could not be made before the gate holds' }),
  signals: z.record(z.string(), signalSchema),
});
export type AnalysisPlan = z.output<typeof analysisSchema>;
