import { z } from 'zod';
import { analysisSchema } from './analysis';
import { dataSchema, decommissionSchema } from './decommission';
import { awsName, durationWithin, hostedZoneId, hostName, textLike } from './formats';
import { grafanaSchema } from './grafana';
import { imagesSchema } from './images';
import { ingestSchema } from './ingest';
import { ingestionSchema } from './ingestion';
import { loadBalancerSchema, networkSchema } from './network';
import { recordsSchema } from './records';
import { RULES } from './rules';
import { reportTo } from './rules/rule';
import { secretsSchema } from './secrets';
import { serviceSchema } from './service';
import { deploySchema, shiftSchema } from './shift';
import { sourceSchema } from './source';

export { addDefaults } from './overlay';

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/);
const account = z.string().regex(/^\d{12}$/);
/** What S3 takes. */
export const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const bucket = z.string().regex(BUCKET_NAME);
const serviceName = textLike(
  /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
  "a service's name: lower case letters, digits and hyphens, at most 32",
);

const stackName = textLike(
  /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  'a name for a stack: lower case letters, digits and hyphens, at most 40',
);
const certificate = textLike(
  /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]{1,64}$/,
  'the ARN of an ACM certificate',
);
const roleName = textLike(/^[\w+=,.@-]{1,64}$/, 'an IAM role name');

const rolesSchema = z.strictObject({
  execution: roleName.default('ecsTaskExecutionRole'),
  task: roleName.default('lgtmTaskRole'),
});

/**
 * Retentions that CloudWatch Logs takes, in days.
 * Source: AWS, API reference of PutRetentionPolicy.
 */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** Source: AWS, API reference of CreateLogGroup. */
const logPrefix = textLike(/^[\w.\-/#]{0,400}$/, "the beginning of a log group's name");

const logsSchema = z.strictObject({
  prefix: logPrefix.default('/ecs/'),
  retentionDays: z.literal(RETENTIONS).default(30),
});

const keys = z.strictObject({
  name: stackName,
  region: region.default('ap-northeast-2'),
  account: account.optional().meta({
    description: 'Refuse to run in another account',
  }),
  domain: hostName,
  hostedZone: hostedZoneId,
  certificate,
  source: sourceSchema,
  records: recordsSchema,
  network: networkSchema.prefault({}),
  bucket: bucket.default('sys-lgtm-s3'),
  roles: rolesSchema.prefault({}),
  secrets: secretsSchema,
  logs: logsSchema.prefault({}),
  cluster: awsName('cluster name', 255).default('lgtm-cluster'),
  namespace: hostName.default('lgtm.local'),
  loadBalancer: loadBalancerSchema.prefault({}),
  services: z.record(serviceName, serviceSchema),
  images: imagesSchema.prefault({}),
  ingestion: ingestionSchema.prefault({}),
  ingest: ingestSchema.optional(),
  grafana: grafanaSchema.prefault({}),
  deploy: deploySchema.prefault({}),
  shift: shiftSchema.prefault({}),
  analysis: analysisSchema,
  data: dataSchema.prefault({}),
  decommission: decommissionSchema.prefault({}),
  hold: durationWithin('1m', '90d').default('72h').meta({
    description: 'How long a failure before any traffic moved waits for retry or abort',
  }),
  cleanup: z.enum(['keep', 'delete']).default('keep').meta({
    description: 'What a rollback does with what was created',
  }),
});

function checkRules(plan: unknown, context: z.RefinementCtx): void {
  const report = reportTo(context);
  for (const check of RULES) check(plan, report);
}

/**
 * A migration's plan. Its defaults are the plan document's; each object is strict, so a typing error is named.
 * The output of a parse is a valid input again: the workflow checks once more what it was started with.
 */
export const planSchema = keys.superRefine(checkRules, {
  // also where a key is wrong, so that every problem is named at once
  when: () => true,
});

/** A complete plan: every default filled in, every check passed. */
export type Plan = z.output<typeof planSchema>;
