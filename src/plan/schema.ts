import { z } from 'zod';
import { analysisSchema } from './analysis';
import { LGTM_SERVICES, LGTM_SIGNALS } from './defaults';
import { duration } from './duration';
import { RULES } from './rules';
import { awsName, serviceSchema } from './service';

const hostName = z.string().regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, {
  error: (issue) => `${JSON.stringify(issue.input)} is no host name in lower case`,
});
const iamName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, { error: (issue) => `${JSON.stringify(issue.input)} is no IAM role name` });

const source = z.strictObject({
  instances: z
    .array(
      z
        .string()
        .regex(/^i-[0-9a-f]{8,17}$/, { error: (issue) => `${JSON.stringify(issue.input)} is no EC2 instance id` }),
    )
    .min(1),
  composeDirectory: z
    .string()
    .regex(/^\/[\w./-]*$/, { error: (issue) => `${JSON.stringify(issue.input)} is no absolute path` }),
  follow: z
    .enum(['elastic-ip', 'instance'])
    .default('elastic-ip')
    .meta({ description: 'instance: the public address may change; the rollback writes the new one' }),
});

const record = z.strictObject({
  name: hostName,
  service: z.string().meta({ description: 'The service that answers on it' }),
  protocol: z.enum(['https', 'http', 'tcp', 'udp']).default('https'),
  port: z.int().min(1).max(65535).default(443),
});

const secret = z.strictObject({
  name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
  from: z
    .union([
      z.strictObject({ env: z.string().regex(/^[A-Z_][A-Z0-9_]*$/) }),
      z.strictObject({ file: z.string().startsWith('/') }),
    ])
    .meta({ description: 'Where the worker takes the value from; it never enters the plan, a history or a log' }),
});

const grafana = z.strictObject({
  database: z.enum(['shared', 'move']).default('shared').meta({
    description:
      'shared: both Grafanas use one database outside the host; move: the old one becomes read-only, its SQLite is copied, and its names go from 0 to 100 in one step',
  }),
  service: z.string().default('grafana').meta({ description: "Grafana's name among the services" }),
  target: z
    .union([
      z.strictObject({
        efs: z.string().regex(/^fs-[0-9a-f]{8,40}$/, {
          error: (issue) => `${JSON.stringify(issue.input)} is no EFS file system id`,
        }),
        directory: z
          .string()
          .regex(/^(\/[\w.-]+){1,4}$/, {
            error: (issue) => `${JSON.stringify(issue.input)} is no absolute path of at most four folders`,
          })
          .default('/lgtm-grafana')
          .meta({
            description: 'Folder of the file system, made by the migration; the task sees it as /var/lib/grafana',
          }),
      }),
      z.strictObject({
        database: z.enum(['postgres', 'mysql']).meta({
          description:
            'The one that services.grafana.environment names; somebody imports the copy by hand, the migration waits for an approval',
        }),
      }),
    ])
    .optional()
    .meta({ description: 'Where move brings it' }),
});

/** ECR's severities, the mildest first. */
export const SEVERITIES = ['UNDEFINED', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

/**
 * A migration's plan. Its defaults are the plan document's; each object is strict, so a typing error is named.
 * The output of a parse is a valid input again: the workflow checks once more what it was started with.
 */
export const planSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is no name for a stack: lower case letters, digits and hyphens, at most 40`,
    }),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .default('ap-northeast-2'),
    account: z
      .string()
      .regex(/^\d{12}$/)
      .optional()
      .meta({ description: 'Refuse to run in another account' }),
    domain: hostName,
    hostedZone: z.string().regex(/^Z[A-Z0-9]+$/, {
      error: (issue) => `${JSON.stringify(issue.input)} is no hosted zone id; see aws route53 list-hosted-zones`,
    }),
    certificate: z
      .string()
      .regex(/^arn:aws[\w-]*:acm:/, { error: (issue) => `${JSON.stringify(issue.input)} is no ACM certificate's ARN` }),
    source,
    records: z.array(record).min(1).meta({ description: 'Every name that moves; default: grafana.<domain>' }),
    network: z
      .strictObject({
        vpc: z.string().default('main-vpc').meta({ description: 'Name tag or id' }),
        privateSubnets: z.string().default('private-*').meta({ description: 'Name tag, with wildcards' }),
        publicSubnets: z.string().default('public-*'),
        taskSecurityGroup: z.string().max(255).default('lgtm-ecs-sg'),
        loadBalancerSecurityGroup: z.string().max(255).default('lgtm-alb-sg'),
      })
      .prefault({}),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .default('sys-lgtm-s3'),
    roles: z
      .strictObject({ execution: iamName.default('ecsTaskExecutionRole'), task: iamName.default('lgtmTaskRole') })
      .prefault({}),
    secrets: z.array(secret).default([]),
    logs: z
      .strictObject({
        prefix: z.string().default('/ecs/'),
        retentionDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]).default(30),
      })
      .prefault({}),
    cluster: awsName('cluster name', 255).default('lgtm-cluster'),
    namespace: hostName.default('lgtm.local'),
    loadBalancer: z
      .strictObject({
        name: awsName('load balancer name', 32)
          .refine((name) => !name.startsWith('internal-'), 'a load balancer name must not begin with internal-')
          .default('lgtm-alb'),
        scheme: z.enum(['internet-facing', 'internal']).default('internet-facing'),
        deregistrationDelay: z
          .int()
          .min(0)
          .max(110)
          .default(60)
          .meta({ description: 'Seconds; below the stop timeout' }),
      })
      .prefault({}),
    services: z.record(z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/), serviceSchema),
    images: z
      .strictObject({
        builder: z
          .enum(['docker', 'buildah', 'none'])
          .default('none')
          .meta({ description: 'What builds them on the build host; none: they are pushed to ECR by somebody else' }),
        context: z
          .string()
          .min(1)
          .default('dockerfiles')
          .meta({ description: 'Folder on the build host with a folder per service' }),
        baseRegistry: z
          .string()
          .min(1)
          .default('docker.io')
          .meta({ description: 'Where base images come from: a pull-through cache, say' }),
        maxSeverity: z
          .enum(SEVERITIES)
          .default('HIGH')
          .meta({ description: 'The worst scan finding that does not hold the migration' }),
        scanTimeout: duration.default('10m'),
      })
      .prefault({}),
    ingestion: z
      .strictObject({
        dualWrite: z
          .boolean()
          .default(false)
          .meta({ description: 'While the hosts run, Alloy on ECS writes to the old host as well' }),
        oldHost: z
          .union([z.ipv4(), hostName])
          .optional()
          .meta({ description: 'Where the old stores answer; default: the private address of the first host' }),
      })
      .prefault({}),
    grafana: grafana.prefault({}),
    deploy: z
      .strictObject({
        steadyTimeout: duration.default('15m'),
        imageTimeout: duration
          .default('10m')
          .meta({ description: 'How long to look for missing images before the deploy holds' }),
        scaleOutPercent: z.int().min(100).max(1000).default(200).meta({
          description:
            'What a performance failure scales a service to before it goes back (case 3); 100: go back at once',
        }),
      })
      .prefault({}),
    shift: z
      .strictObject({
        weights: z.array(z.int().min(1).max(100)).min(1).default([10, 50, 100]),
        bake: duration.default('1h'),
        ttl: z.int().min(10).max(300).default(60).meta({ description: 'Seconds that the weighted pair may be cached' }),
        approval: z
          .union([z.boolean(), z.array(z.int())])
          .default(false)
          .meta({ description: 'true: after every step but the last; or the weights after which one is awaited' }),
      })
      .prefault({}),
    analysis: analysisSchema,
    data: z
      .strictObject({
        accept: z
          .array(
            z.string().regex(/^[\w.-]+\/[\w-]+$/, {
              error: (issue) => `${JSON.stringify(issue.input)} is no <service>/<check>, as preflight names a loss`,
            }),
          )
          .default([])
          .meta({
            description: 'Losses of data, by the names that preflight gives them, that a decommission may cause',
          }),
      })
      .prefault({}),
    decommission: z
      .strictObject({
        enabled: z.boolean().default(true),
        approveStop: z.boolean().default(true),
        approveTerminate: z.boolean().default(true),
        hold: duration.default('7d').meta({ description: 'Between stop and termination' }),
        imagePrefix: z
          .string()
          .regex(/^[\w()[\] ./'@-]{3,100}$/)
          .default('lgtm-ec2-backup'),
        stopTimeout: z.int().min(1).max(900).default(120).meta({ description: 'Seconds for docker compose stop' }),
        flushTimeout: duration
          .default('15m')
          .meta({ description: 'How long what the stores hold in memory may take until S3 lists it' }),
      })
      .prefault({}),
    hold: duration
      .default('72h')
      .meta({ description: 'How long a failure before any traffic moved waits for retry or abort' }),
    cleanup: z
      .enum(['keep', 'delete'])
      .default('keep')
      .meta({ description: 'What a rollback does with what was created' }),
  })
  .superRefine(
    (plan, ctx) => {
      for (const check of RULES)
        check(plan, (path, input, message) => ctx.addIssue({ code: 'custom', input, path, message }));
    },
    { when: () => true },
  );

/** A complete plan: every default filled in, every check passed. */
export type Plan = z.output<typeof planSchema>;

type Loose = Record<string, unknown>;
const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects are merged, everything else is replaced: how a plan file overrides the LGTM defaults. */
function overlay(defaults: unknown, given: unknown): unknown {
  if (given === undefined) return defaults;
  if (!isObject(defaults) || !isObject(given)) return given;
  const keys = new Set([...Object.keys(defaults), ...Object.keys(given)]);
  return Object.fromEntries([...keys].map((key) => [key, overlay(defaults[key], given[key])]));
}

/**
 * What a plan file means with the LGTM defaults beneath it, not yet checked. A service or signal set to
 * `null` is dropped; `stack: none` starts from nothing, for a stack that is not LGTM.
 */
export function withDefaults(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { stack, ...rest } = given;
  const lgtm = stack === undefined || stack === 'lgtm';
  const defaults = {
    services: lgtm ? LGTM_SERVICES : {},
    analysis: { signals: lgtm ? LGTM_SIGNALS : {} },
    ...(lgtm && typeof given['domain'] === 'string'
      ? { records: [{ name: `grafana.${given['domain']}`, service: 'grafana' }] }
      : {}),
  };
  const merged = overlay(defaults, rest) as Loose;
  const drop = (value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null)) : value;
  merged['services'] = drop(merged['services']);
  if (isObject(merged['analysis'])) merged['analysis']['signals'] = drop(merged['analysis']['signals']);
  if (lgtm && isObject(merged['services']) && typeof given['domain'] === 'string') {
    const grafana = merged['services']['grafana'];
    if (isObject(grafana) && isObject(grafana['expose']) && grafana['expose']['host'] === undefined) {
      merged['services'] = {
        ...merged['services'],
        grafana: { ...grafana, expose: { ...grafana['expose'], host: `grafana.${given['domain']}` } },
      };
    }
  }
  return stack !== undefined && !lgtm && stack !== 'none' ? { ...merged, stack } : merged;
}
