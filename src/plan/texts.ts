import { CPU_SIZES, listCpuFor } from './fargate';
import { show } from './secrecy';

// What a person reads about a plan file: what was found, and what would do.

/** `"web-1" is not an EC2 instance id`; `what` brings its article. */
export function describeMismatch(found: unknown, what: string) {
  return `${show(found)} is not ${what}`;
}

/** `a, b or c` */
function listOr(choices: readonly number[]) {
  const head = choices.slice(0, -1).join(', ');
  const last = choices.at(-1);
  return head ? `${head} or ${last}` : `${last}`;
}

/** `an object`, `a string` */
function withArticle(noun: string) {
  const startsWithVowel = /^[aeiou]/.test(noun);
  return startsWithVowel ? `an ${noun}` : `a ${noun}`;
}

// the file and its keys

/** @param shown the value as it may be shown */
export function describeWrongType(shown: string, expected: string) {
  return `${shown} is not ${withArticle(expected)}`;
}

export function describeOtherLength(found: string, least: string, most: string) {
  return `${found} is not within ${least} to ${most}`;
}

const WRITE_OUT = 'write it out';

export function describeCircle(alias: string) {
  return `*${alias} stands within what it means; ${WRITE_OUT}`;
}

export function describeUnknownAnchor(alias: string) {
  return `nothing is called &${alias}; ${WRITE_OUT}`;
}

export const TOO_DEEP = 'is nested too deeply to be a plan; see lgtm-migrate init';
export const TOO_MANY_ALIASES = 'its aliases unfold to too much; write out what they mean';

/** Both in characters. */
export function describeLength(length: number, most: number) {
  const [found, allowed] = [length, most].map((count) => count.toLocaleString('en'));
  return `has ${found} characters, the most of them on this line; a plan has at most ${allowed}`;
}

export function describeMore(count: number) {
  return `and ${count} more`;
}

export function describeMissingKey(expected: string) {
  return `is missing; give it ${withArticle(expected)}`;
}

/**
 * @param nearest the known key that is spelled most like it
 * @param known all that may stand there
 */
export function describeUnknownKey(nearest: string | undefined, known: readonly string[]) {
  if (nearest) return `unknown key; did you mean ${nearest}?`;
  const keys = known.join(', ');
  return keys ? `unknown key; known here are ${keys}` : 'unknown key; take it out';
}

export function describeRepetition(value: string) {
  return `${value} is listed twice`;
}

// a service's task

/** vCPU and GB. */
export function describeCpu(cpu: number, memory: number) {
  const fitting = listCpuFor(memory);
  const fix =
    fitting.length > 0 ? `with ${memory} GB of memory take ${listOr(fitting)}` : `take one of ${CPU_SIZES.join(', ')}`;
  return `${cpu} is not a Fargate size; ${fix}`;
}

interface Range {
  least: number;
  most: number;
  step: number;
}

/** GB and vCPU. */
export function describeMemory(memory: number, cpu: number, range: Range) {
  const { least, most, step } = range;
  const fix = `take ${least} to ${most} GB in steps of ${step}`;
  return `${memory} GB does not go with ${cpu} vCPU; ${fix}`;
}

export function describeRepeatedPort(port: number) {
  return `port ${port} is listed twice; take it out once`;
}

/** Both in MB. */
export function describeSidecars(taken: number, whole: number) {
  const fix = 'leave some for the service, or give it more memory';
  return `the sidecars take ${taken} MB of ${whole}; ${fix}`;
}

export const SHADOWS_ITS_SERVICE = 'is the name of the service itself; give the sidecar another';

export function describeHealthCommand(command: unknown) {
  const [first] = command as string[];
  return `begins with ${show(first)}; begin with CMD, or CMD-SHELL`;
}

export const NO_WEIGHT = 'no provider has a weight, so no task is placed; give one a weight';
export const TWO_BASES = 'two providers have a base, and ECS takes one; set the other to 0';

interface Replacing {
  count: number;
  /** tasks that must stay, and that may run, while others are replaced */
  stay: number;
  run: number;
}

export function describeNoRoom({ count, stay, run }: Replacing) {
  const most = Math.ceil(((stay + 1) * 100) / count);
  const least = Math.floor(((run - 1) * 100) / count);
  const fixes = [
    ...(most <= 200 ? [`raise maximumPercent to ${most}`] : []),
    ...(least >= 0 ? [`lower minimumHealthyPercent to ${least}`] : []),
  ];
  const tasks = count === 1 ? '1 task' : `${count} tasks`;
  return `of ${tasks} at least ${stay} stay and at most ${run} run, so none is ever replaced; ${fixes.join(', or ')}`;
}

export const TOO_MANY_PATHS = 'a listener rule takes 5 values: the host, an address range and 3 paths';
export const RESERVED_BALANCER_NAME = 'a load balancer name must not begin with internal-';

// services among each other

export function describeUnknownSecret(reference: string) {
  const fix = 'add it under secrets';
  return `${reference} is not one of the plan's secrets; ${fix}`;
}

const TAKE_OUT_OF_ONE = 'take it out of one';

export const SWITCHED_VARIABLE = `is one of the duties too, which the migration switches; ${TAKE_OUT_OF_ONE}`;
export const DOUBLE_VARIABLE = `stands under environment too; ${TAKE_OUT_OF_ONE}`;

export function describeLiteralSecret(service: string, variable: string) {
  const fix = `name it under secrets, and put ${variable} under services.${service}.secrets`;
  return `looks like a secret, and a plan is no place for one; ${fix}`;
}

/** @param longest in characters */
export function describeLongTargetGroup(name: string, longest: number) {
  const fix = `name one of at most ${longest} characters under expose.targetGroup`;
  return `${name} is too long for a target group; ${fix}`;
}

export function describeSharedName(key: string, value: string) {
  return `another service has the ${key} ${value} too`;
}

export function describeMissingService(service: string, known: readonly string[]) {
  const fix = `take one of ${known.join(', ')}`;
  return `there is no service ${service}; ${fix}`;
}

export function describeMissingCollector(service: string) {
  const fix = 'add it, or take ingestion.dualWrite out';
  return `there is no service ${service} that could write to both sides; ${fix}`;
}

export function describeShadowingNamespace(namespace: string, hidden: string[]) {
  const names = hidden.slice(0, 3).join(', ');
  const problem = `as a private zone ${namespace} would hide ${names} from everybody in the VPC`;
  return `${problem}; take a name that nothing public lies under: lgtm.local`;
}

// records

export function describeForeignName(name: string, domain: string) {
  return `${name} is not in ${domain}`;
}

export function describeRepeatedRecord(name: string, zone: string) {
  return `${name} is listed twice in ${zone}; a name of two hosted zones is two records, each with its zone`;
}

export function describeDividedName(name: string, services: string[]) {
  const [one, other] = services;
  return `${name} leads to ${one} in one zone and to ${other} in another; a load balancer sends a name to one service`;
}

export function describeUnexposedService(service: string) {
  const fix = `give it services.${service}.expose`;
  return `${service} is not exposed; ${fix}`;
}

export function describeInternalService(service: string) {
  return [
    `${service} is served only to the VPC's address range, `,
    'and nobody comes to an internet-facing load balancer from there; ',
    `set services.${service}.expose.public: true, or name who may come in services.${service}.expose.from, `,
    'or set loadBalancer.scheme: internal',
  ].join('');
}

// weights

export function describeFallingWeight(weight: number, before: number) {
  return `${weight} does not rise above ${before}; weights only go up`;
}

export function describeLastWeight(last: number | undefined) {
  return `the weights end at ${last}; the last one must be 100`;
}

export function describeUnknownWeight(weight: number, weights: readonly number[]) {
  const known = weights.join(', ');
  return `${weight} is not one of the weights ${known}`;
}

// signals

export const MISSING_LIMIT = 'a signal needs one limit; give it max or min';

export function describeShare(limit: number) {
  return `${limit} is no share; take 0 to 100 %`;
}

export function describeShortLookback(lookback: string, period: string) {
  const fix = `take at least ${period}`;
  return `${lookback} is shorter than one period of ${period}: no data point is ever young enough; ${fix}`;
}

export function describePeriod(period: string) {
  const known = '1s, 5s, 10s, 20s, 30s or whole minutes';
  return `CloudWatch takes ${known}, not ${period}`;
}

export function describeUnknownMetric(source: string, metric: string, known: readonly string[]) {
  const fix = `take one of ${known.join(', ')}`;
  return `${source} has no metric ${metric}; ${fix}`;
}

// Grafana's move

export const MISSING_TARGET = 'move needs a target; give it efs: fs-… or database: postgres';

export const WAL_OVER_NFS = "SQLite's WAL does not work over NFS; take it out";

export const TWO_WRITERS =
  'SQLite on EFS allows one writer, ' +
  'and above 100 % two tasks run during a deployment; ' +
  'set it to 100, and minimumHealthyPercent to 0';

export function describeWriters(service: string) {
  const fix = `set services.${service}.count to 1`;
  return `SQLite on EFS allows one writer; ${fix}`;
}

export function describeOtherPlace(variable: string) {
  const place = 'where the database is /var/lib/grafana/grafana.db';
  return `${variable} does not go with grafana.target.efs, ${place}; take it out`;
}

export function describeOtherType(type: string) {
  const fix = 'take it out, or name that database as the target';
  return `${type} does not go with grafana.target.efs; ${fix}`;
}

export function describeOtherDatabase(service: string, target: string, type: string | undefined) {
  const found = type ? `GF_DATABASE_TYPE ${type}` : 'no GF_DATABASE_TYPE';
  return [
    `the target is ${target}, `,
    `and services.${service}.environment has ${found}; `,
    'name the database there (GF_DATABASE_TYPE, _HOST, _NAME, _USER), ',
    'its password under secrets',
  ].join('');
}
