import type { Plan } from './schema';

/** What a valid plan had better not say, and the way out. `check` is the YAML path. */
export interface Advice {
  check: string;
  message: string;
  fix: string;
}

type Service = Plan['services'][string];

/** Paths that a store serves beside push and query; whoever reaches them stops or empties it. Source: the components' HTTP APIs. */
const DANGEROUS = ['/flush', '/ingester/shutdown', '/config'];
const SPOT = 'FARGATE_SPOT';

/** Whether it holds data that is nowhere else yet: what has duties of a store has an ingester too. */
const keepsData = ({ duties }: Service): boolean => duties.includes('COMPACTOR');

/** Listener rules match with `*` for any number of characters. Source: AWS, "Path conditions". */
function reaches(pattern: string, path: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(path);
}

function copies(name: string, service: Service): Advice[] {
  const factor = Number(service.environment['REPLICATION_FACTOR'] ?? (service.count < 3 ? 1 : 3));
  if (name === 'loki' && service.count < 3 && factor === 1) {
    return [
      {
        check: `services.${name}.count`,
        message: `${name} has ${service.count} task${service.count > 1 ? 's' : ''}, so one copy of each line: while one is replaced, ${service.count > 1 ? 'its share of writes fails' : 'writes fail'}`,
        fix: `3 tasks keep three copies and outlive one; or leave it and let Alloy's queues retry`,
      },
    ];
  }
  if (factor > service.count || (factor > 1 && service.count === 2)) {
    return [
      {
        check: `services.${name}.environment.REPLICATION_FACTOR`,
        message: `${name} keeps ${factor} copies on ${service.count} tasks: no write succeeds once one task is gone`,
        fix: 'take 3 tasks for 3 copies, or 1 copy for fewer',
      },
    ];
  }
  return [];
}

function service(name: string, plan: Service): Advice[] {
  const at = (key: string) => `services.${name}.${key}`;
  const exposed = keepsData(plan)
    ? (plan.expose?.paths ?? []).filter((pattern) => DANGEROUS.some((path) => reaches(pattern, path)))
    : [];
  const injected = Object.keys(plan.secrets).filter((variable) => variable.startsWith('AWS_'));
  const prefix = plan.environment['S3_PREFIX'] ?? '';
  return [
    ...copies(name, plan),
    ...(keepsData(plan) && SPOT in plan.capacity
      ? [
          {
            check: at('capacity'),
            message: `${name} keeps data in memory and may run on Spot, which takes a task away with two minutes' warning`,
            fix: 'leave it on FARGATE',
          },
        ]
      : []),
    ...(exposed.length > 0
      ? [
          {
            check: at('expose.paths'),
            message: `${exposed.join(', ')} lets ${plan.expose!.public ? 'anybody' : 'the VPC'} reach ${DANGEROUS.join(', ')} of ${name}`,
            fix: 'expose push and query paths only',
          },
        ]
      : []),
    ...(keepsData(plan) && plan.expose?.public
      ? [
          {
            check: at('expose.public'),
            message: `${name} has no authentication and is open to the internet`,
            fix: 'leave expose.public off, or put authentication in front',
          },
        ]
      : []),
    ...(injected.length > 0
      ? [
          {
            check: at('secrets'),
            message: `${injected.join(', ')} of ${name} silently beat the task role`,
            fix: 'leave keys out: the task role reads and writes the bucket',
          },
        ]
      : []),
    ...(name === 'mimir' && /[^A-Za-z0-9]/.test(prefix)
      ? [
          {
            check: at('environment.S3_PREFIX'),
            message: `${prefix} has more than letters and digits, which Mimir refuses as a storage prefix`,
            fix: 'take one of letters and digits',
          },
        ]
      : []),
    ...(name === 'tempo' && /^3\./.test(plan.version ?? '')
      ? [
          {
            check: at('version'),
            message: `Tempo ${plan.version} does not upload what it holds when it stops: those traces are lost with the task's disk`,
            fix: 'stay on 2.10.8',
          },
        ]
      : []),
  ];
}

/** What the facts of the stack on Fargate advise against: warnings, for `validate` and preflight. */
export function adviceOn(plan: Plan): Advice[] {
  return Object.entries(plan.services).flatMap(([name, entry]) => service(name, entry));
}
