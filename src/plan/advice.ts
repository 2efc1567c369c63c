import { isStoreName, storeOf } from '../stores';
import { isRouted } from './routes';
import type { Plan } from './schema';
import { matchesWildcards } from './wildcards';

/** What a valid plan had better not say, and the way out. `check` is the YAML path. */
export interface Advice {
  check: string;
  message: string;
  fix: string;
}

type Exposure = NonNullable<Service['expose']>;
type Service = Plan['services'][string];
/** An advice on one service; `key` is the path below it. */
type ServiceAdvice = Omit<Advice, 'check'> & { key: string };

/**
 * Paths that a store serves beside push and query; whoever reaches them stops or empties it. Source: the components'
 * HTTP APIs.
 */
const DANGEROUS = ['/flush', '/ingester/shutdown', '/config'];

/** What the facts of the stack on Fargate advise against: warnings, for `validate` and preflight. */
export function adviceOn(plan: Plan): Advice[] {
  return Object.entries(plan.services).flatMap(([name, service]) =>
    adviseService(name, service, plan.loadBalancer.scheme).map(({ key, ...advice }) => ({
      check: `services.${name}.${key}`,
      ...advice,
    })),
  );
}

function adviseService(name: string, service: Service, scheme: string): ServiceAdvice[] {
  const onData = keepsData(service) ? adviseKeeper(name, service, scheme) : [];
  return [...adviseCopies(name, service), ...onData, ...adviseKeys(name, service), ...adviseStore(name, service)];
}

/** Whether it holds data that is nowhere else yet: what has duties of a store has an ingester too. */
const keepsData = ({ duties }: Service): boolean => duties.includes('COMPACTOR');

/** Copies of what is written, where the image decides by the number of tasks. */
const countCopies = ({ environment, count }: Service): number =>
  Number(environment['REPLICATION_FACTOR'] ?? (count < 3 ? 1 : 3));

function adviseCopies(name: string, service: Service): ServiceAdvice[] {
  const { count } = service;
  const copies = countCopies(service);
  const losesQuorum = copies > count || (copies > 1 && count === 2);
  if (!losesQuorum) return [];
  return [
    {
      key: 'environment.REPLICATION_FACTOR',
      message: `${name} keeps ${copies} copies on ${count} tasks: no write succeeds once one task is gone`,
      fix: 'take 3 tasks for 3 copies, or 1 copy for fewer',
    },
  ];
}

function adviseStore(name: string, service: Service): ServiceAdvice[] {
  if (!isStoreName(name)) return [];
  const { count, environment, version } = service;
  const asked = {
    count,
    environment,
    copies: countCopies(service),
    ...(version !== undefined && { version }),
  };
  return storeOf(name).advise?.(asked) ?? [];
}

/** What must not happen to a service that keeps data. */
function adviseKeeper(name: string, { expose }: Service, scheme: string): ServiceAdvice[] {
  const advice: ServiceAdvice[] = [];
  if (expose && isRouted(scheme, expose)) advice.push(...adviseDangerousPaths(name, expose, scheme));
  if (expose?.public) {
    advice.push({
      key: 'expose.public',
      message: `${name} has no authentication and is open to the internet`,
      fix: 'leave expose.public off, or put authentication in front',
    });
  }
  return advice;
}

function adviseDangerousPaths(name: string, expose: Exposure, scheme: string): ServiceAdvice[] {
  const paths = expose.paths.filter((pattern) => DANGEROUS.some((path) => matchesWildcards(pattern, path)));
  if (paths.length === 0) return [];
  const inside = scheme === 'internal' ? ['the VPC'] : [];
  const who = expose.public ? 'anybody' : [...inside, ...(expose.from ?? [])].join(', ');
  return [
    {
      key: 'expose.paths',
      message: `${paths.join(', ')} lets ${who} reach ${DANGEROUS.join(', ')} of ${name}`,
      fix: 'expose push and query paths only',
    },
  ];
}

function adviseKeys(name: string, { secrets }: Service): ServiceAdvice[] {
  const keys = Object.keys(secrets).filter((variable) => variable.startsWith('AWS_'));
  if (keys.length === 0) return [];
  return [
    {
      key: 'secrets',
      message: `${keys.join(', ')} of ${name} silently beat the task role`,
      fix: 'leave keys out: the task role reads and writes the bucket',
    },
  ];
}
