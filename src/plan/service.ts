import { z } from 'zod';
import { STORE_NAMES } from '../stores';

/**
 * Memory in GB that Fargate offers for each cpu size in vCPU, as [least, most, step].
 * Source: AWS, "Task definition parameters for Fargate", table of CPU and memory.
 */
const FARGATE_SIZES: Record<string, [least: number, most: number, step: number]> = {
  '0.25': [0.5, 2, 0.5],
  '0.5': [1, 4, 1],
  '1': [2, 8, 1],
  '2': [4, 16, 1],
  '4': [8, 30, 1],
  '8': [16, 60, 4],
  '16': [32, 120, 8],
};

/** Ascending: keys that look like whole numbers would come first. */
const SIZES = Object.keys(FARGATE_SIZES).sort((a, b) => Number(a) - Number(b));

function fits([least, most, step]: [number, number, number], memory: number): boolean {
  return memory >= least && memory <= most && Number.isInteger((memory - least) / step);
}

const awsName = (what: string, longest: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,${longest - 2}}[A-Za-z0-9])?$`), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is no ${what}: letters, digits and hyphens, at most ${longest}, no hyphen at an end`,
  });

const port = z.int().min(1).max(65535);

const capacity = z
  .partialRecord(
    z.enum(['FARGATE', 'FARGATE_SPOT']),
    z.strictObject({ base: z.int().min(0).max(100000).default(0), weight: z.int().min(0).max(1000).default(1) }),
  )
  .meta({
    description: "The service's own capacity provider strategy; the cluster's default would put most tasks on Spot",
  });

/** A second container in each task of a service: the same image, environment and log group, another program; it gets no secrets. */
const sidecar = z.strictObject({
  entryPoint: z
    .array(z.string().min(1))
    .min(1)
    .default(['/busybox', 'sh', '/entrypoint.sh'])
    .meta({ description: "Instead of the image's; default: what the stores' images start their program behind" }),
  command: z.array(z.string().min(1)).min(1),
  memory: z.int().min(6).default(64).meta({ description: "MB of the task's memory; beyond it the sidecar is ended" }),
  essential: z
    .boolean()
    .default(false)
    .meta({ description: 'true: when it ends, so does the task; false: ECS starts it again' }),
});

/** One service of the stack, as it will run on Fargate. */
export const serviceSchema = z
  .strictObject({
    cpu: z.number().meta({ description: 'vCPU of a task' }),
    memory: z.number().meta({ description: 'GB of a task' }),
    count: z.int().min(1).max(100),
    port: port.meta({ description: 'Where clients and the load balancer reach it' }),
    extraPorts: z
      .array(port)
      .default([])
      .meta({ description: 'gRPC, gossip and the like: open between the tasks only' }),
    family: awsName('task definition family', 255).optional().meta({ description: 'Default: lgtm-<service>' }),
    repository: z
      .string()
      .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/)
      .max(256)
      .optional()
      .meta({ description: 'ECR repository; default: lgtm-<service>' }),
    tag: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/)
      .optional()
      .meta({ description: 'The image to deploy; default: the newest push' }),
    version: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/)
      .optional()
      .meta({
        description:
          "Of the component, as its image's tag has it (3.2.1, v1.19.2); default: the pin of dockerfiles/<service>",
      }),
    duties: z
      .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/))
      .default([])
      .meta({
        description: 'Switches (on, off) for what only one of two stacks may do: off until the hosts have stopped',
      }),
    environment: z.record(z.string(), z.string()).default({}),
    secrets: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: "Environment variable → secret's name, optionally with ':key' for one of its JSON keys" }),
    sidecars: z
      .record(z.string().regex(/^[A-Za-z0-9_-]{1,255}$/), sidecar)
      .default({})
      .meta({ description: 'Containers beside it in each task, by name' }),
    health: z.strictObject({
      path: z.string().startsWith('/').meta({ description: "The target group's health check" }),
      command: z.array(z.string()).min(2).optional().meta({ description: "The container's health check" }),
      startPeriod: z.int().min(0).max(300).default(60).meta({ description: 'Seconds before a failing check counts' }),
    }),
    ring: z
      .strictObject({
        path: z.string().startsWith('/').meta({ description: 'Answers JSON with shards[].state' }),
        port: port.optional().meta({ description: "Default: the service's port" }),
      })
      .optional()
      .meta({
        description: 'Where a task says who is in its ring: before traffic every task of several must see all of them',
      }),
    store: z.enum(STORE_NAMES).optional().meta({
      description: 'Whose API it speaks, where its newest samples and what it holds only in memory are asked',
    }),
    probe: z
      .boolean()
      .default(false)
      .meta({ description: 'Its image has sh, curl and grep: short tasks of it ask the others in the VPC' }),
    deployment: z
      .strictObject({ minimumHealthyPercent: z.int().min(0).max(100), maximumPercent: z.int().min(100).max(200) })
      .default({ minimumHealthyPercent: 100, maximumPercent: 200 }),
    capacity: capacity.default({ FARGATE: { base: 0, weight: 1 } }),
    expose: z
      .strictObject({
        host: z
          .string()
          .optional()
          .meta({ description: 'Host name of its listener rule; default: <service>.<domain>' }),
        paths: z
          .array(z.string().startsWith('/'))
          .min(1)
          .max(3, 'a listener rule bears 5 values: the host, an address range and 3 paths')
          .default(['/*']),
        public: z.boolean().default(false).meta({ description: "false: only from the VPC's address range" }),
        targetGroup: awsName('target group name', 32).optional().meta({ description: 'Default: lgtm-<service>-tg' }),
      })
      .optional()
      .meta({ description: 'A target group and a listener rule at the load balancer' }),
  })
  .superRefine(
    (value, ctx) => {
      const { cpu, memory } = value;
      const size = FARGATE_SIZES[String(cpu)];
      const takes = SIZES.filter((name) => fits(FARGATE_SIZES[name]!, memory));
      const or = takes.length > 1 ? `${takes.slice(0, -1).join(', ')} or ${takes.at(-1)}` : takes[0];
      if (!size) {
        const way = or ? `with ${memory} GB of memory take ${or}` : `take one of ${SIZES.join(', ')}`;
        ctx.addIssue({ code: 'custom', input: cpu, path: ['cpu'], message: `${cpu} is not a Fargate size; ${way}` });
      } else if (!fits(size, memory)) {
        const [least, most, step] = size;
        ctx.addIssue({
          code: 'custom',
          input: memory,
          path: ['memory'],
          message: `${memory} GB does not go with ${cpu} vCPU; take ${least} to ${most} GB in steps of ${step}`,
        });
      }
      const ports = [value.port, ...value.extraPorts];
      const twice = ports.find((port, index) => ports.indexOf(port) !== index);
      if (twice !== undefined)
        ctx.addIssue({
          code: 'custom',
          input: twice,
          path: ['extraPorts'],
          message: `port ${twice} stands twice; take it out once`,
        });
      const beside = Object.values(value.sidecars ?? {}).reduce((sum, { memory }) => sum + memory, 0);
      if (beside >= memory * 1024)
        ctx.addIssue({
          code: 'custom',
          input: memory,
          path: ['sidecars'],
          message: `the sidecars take ${beside} MB of ${memory * 1024}; leave some for the service, or give it more memory`,
        });
    },
    {
      when: ({ value }) =>
        ['cpu', 'memory'].every((key) => typeof (value as Record<string, unknown>)[key] === 'number') &&
        Array.isArray((value as Record<string, unknown>)['extraPorts']),
    },
  );

export type ServicePlan = z.output<typeof serviceSchema>;
export { awsName };
