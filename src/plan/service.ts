import { z } from 'zod';
import { STORE_NAMES } from '../stores';
import { awsName, hostName, port, program, textLike, urlPath, variableName, wholeNumber } from './formats';
import { reportTo } from './rules/rule';
import { checkPorts, checkSidecars, checkSize } from './rules/task';
import { describeHealthCommand, describeMismatch, NO_WEIGHT, TOO_MANY_PATHS, TWO_BASES } from './texts';

/**
 * What the Dockerfiles of the stores start first:
 * a script of busybox's shell, since their base images have none.
 */
const BUSYBOX_ENTRY_POINT = ['/busybox', 'sh', '/entrypoint.sh'];

const capacityProvider = z.strictObject({
  base: wholeNumber(0, 100000).default(0),
  weight: wholeNumber(0, 1000).default(1),
});

type Providers = Record<string, z.output<typeof capacityProvider>>;

// Source of both: AWS, API reference of CapacityProviderStrategyItem
const placesTasks = (providers: Providers) => Object.values(providers).some(({ weight }) => weight > 0);
const hasOneBase = (providers: Providers) => Object.values(providers).filter(({ base }) => base > 0).length <= 1;

const strategy = z
  .partialRecord(z.enum(['FARGATE', 'FARGATE_SPOT']), capacityProvider)
  .refine(placesTasks, NO_WEIGHT)
  .refine(hasOneBase, TWO_BASES);

const capacity = strategy.meta({
  description: "The service's own capacity provider strategy; the cluster's default would put most tasks on Spot",
});

const words = z.array(program.min(1)).min(1).max(100);

/**
 * A second container in each task of a service:
 * the same image, environment and log group, another program; it gets no secrets.
 */
const sidecar = z.strictObject({
  entryPoint: words.default(BUSYBOX_ENTRY_POINT).meta({
    description: "Instead of the image's; default: what the stores' images start their program behind",
  }),
  command: words,
  memory: wholeNumber(6, 122_880).default(64).meta({
    description: "MB of the task's memory; beyond it the sidecar is ended",
  }),
  essential: z.boolean().default(false).meta({
    description: 'true: when it ends, so does the task; false: ECS starts it again',
  }),
});

/** Source: AWS, API reference of HealthCheck. */
const isCommand = ([first = '']: string[]) => first === 'CMD' || first === 'CMD-SHELL';

const healthCommand = z
  .array(program)
  .min(2)
  .max(100)
  .refine(isCommand, {
    error: ({ input }) => describeHealthCommand(input),
  });

const health = z.strictObject({
  path: urlPath.meta({
    description: "The target group's health check",
  }),
  command: healthCommand.optional().meta({
    description: "The container's health check",
  }),
  startPeriod: wholeNumber(0, 300).default(60).meta({
    description: 'Seconds before a failing check of the container counts',
  }),
  gracePeriod: wholeNumber(0, 86_400).default(120).meta({
    description: 'Seconds in which ECS ends no new task for a failing check, of the container or of a load balancer',
  }),
});

const ring = z.strictObject({
  path: urlPath.meta({
    description: 'Answers JSON with shards[].state',
  }),
  port: port.optional().meta({
    description: "Default: the service's port",
  }),
});

const deployment = z.strictObject({
  minimumHealthyPercent: wholeNumber(0, 100),
  maximumPercent: wholeNumber(100, 200),
});

/** Source: AWS, "Path conditions" of a listener rule. */
const pathPattern = textLike(/^\/[\w\-.$/~"'@:+&*?]{0,127}$/, 'a path, with wildcards, of at most 128 characters');
const paths = z.array(pathPattern).min(1).max(3, TOO_MANY_PATHS);

const range = z.cidrv4({
  error: ({ input }) => describeMismatch(input, 'a range of IPv4 addresses; write 203.0.113.0/24'),
});

const expose = z.strictObject({
  host: hostName.optional().meta({
    description: 'Host name of its listener rule; default: <service>.<domain>',
  }),
  paths: paths.default(['/*']),
  public: z.boolean().default(false).meta({
    description: 'false: at an internal load balancer from the VPC, and from what `from` names',
  }),
  from: z.array(range).min(1).optional().meta({
    description: 'CIDRs that may come though it is not public; an internet-facing load balancer has no rule without',
  }),
  targetGroup: awsName('target group name', 32).optional().meta({
    description: 'Default: lgtm-<service>-tg',
  }),
});

/** A tag of an image. Source: the OCI distribution specification, "Pulling manifests". */
const tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);

/** A name of an ECR repository. */
const repository = z
  .string()
  .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/)
  .max(256);

const containerName = textLike(/^[A-Za-z0-9_-]{1,255}$/, 'the name of a container');

const secretReference = textLike(/^[\w/+=.@-]{1,512}(:[^:\s]{1,255})?$/, "a secret's name, with or without :key");

const keys = z.strictObject({
  cpu: z.number().meta({
    description: 'vCPU of a task',
  }),
  memory: z.number().meta({
    description: 'GB of a task',
  }),
  ephemeralStorage: wholeNumber(21, 200).optional().meta({
    description: "GB of a task's own disk; default: Fargate's 20",
  }),
  count: wholeNumber(1, 100),
  port: port.meta({
    description: 'Where clients and the load balancer reach it',
  }),
  extraPorts: z.array(port).max(100).default([]).meta({
    description: 'gRPC, gossip and the like: open between the tasks only',
  }),
  family: awsName('task definition family', 255).optional().meta({
    description: 'Default: lgtm-<service>',
  }),
  repository: repository.optional().meta({
    description: 'ECR repository; default: lgtm-<service>',
  }),
  tag: tag.optional().meta({
    description: 'The image to deploy; default: the newest push',
  }),
  version: tag.optional().meta({
    description:
      "Of the component, as its image's tag has it (3.2.1, v1.19.2); default: the pin of dockerfiles/<service>",
  }),
  duties: z.array(variableName).max(100).default([]).meta({
    description: 'Switches (on, off) for what only one of two stacks may do: off until the hosts have stopped',
  }),
  environment: z.record(variableName, program).default({}),
  secrets: z.record(variableName, secretReference).default({}).meta({
    description: "Environment variable → secret's name, optionally with ':key' for one of its JSON keys",
  }),
  sidecars: z.record(containerName, sidecar).default({}).meta({
    description: 'Containers beside it in each task, by name',
  }),
  health,
  ring: ring.optional().meta({
    description: 'Where a task says who is in its ring: before traffic every task of several must see all of them',
  }),
  store: z.enum(STORE_NAMES).optional().meta({
    description: 'Whose API it speaks, where its newest samples and what it holds only in memory are asked',
  }),
  probe: z.boolean().default(false).meta({
    description: 'Its image has sh, curl and grep: short tasks of it ask the others in the VPC',
  }),
  deployment: deployment.default({ minimumHealthyPercent: 100, maximumPercent: 200 }),
  capacity: capacity.default({ FARGATE: { base: 0, weight: 1 } }),
  expose: expose.optional().meta({
    description: 'A target group and a listener rule at the load balancer',
  }),
});

interface Unchecked {
  value: unknown;
}

/**
 * Whether what the checks of a task read is there.
 * They run where only other keys are wrong, so that every problem is named at once.
 */
function hasSizeAndPorts({ value }: Unchecked): boolean {
  const { cpu, memory, extraPorts } = Object(value) as Record<string, unknown>;
  const hasSize = typeof cpu === 'number' && typeof memory === 'number';
  return hasSize && Array.isArray(extraPorts);
}

function checkTask(service: z.output<typeof keys>, context: z.RefinementCtx): void {
  const report = reportTo(context);
  checkSize(service, report);
  checkPorts(service, report);
  checkSidecars(service, report);
}

/** One service of the stack, as it will run on Fargate. */
export const serviceSchema = keys.superRefine(checkTask, {
  when: hasSizeAndPorts,
});

/** A service with every default filled in. */
export type ServicePlan = z.output<typeof serviceSchema>;
