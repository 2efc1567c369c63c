import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { formatDuration } from '../../plan/duration';
import type { Plan } from '../../plan/schema';
import { findRefusedAction, writeStatement } from '../failures';
import { describeAction, describeConditions } from './listener-rule';

/** Sentences that operators read in failures of this folder: what, where, and the way out. */

/** A record that is in no state that we left it in; both in words. */
export function unexpectedRecord(name: string, expected: string, found: string): string {
  const wayOut = 'put it back as expected, then retry, or abort';
  return `${name} was edited by someone else: expected ${expected}, found ${found}; ${wayOut}`;
}

/** A record that a way back leaves as somebody edited it. */
export function editedRecord(found: string, original: string): string {
  return `found ${found}; it was ${original} before the migration`;
}

/** The same where it would leave users without an answer. */
export function editedRecordToEcs(found: string, original: string): string {
  return `found ${found}, which leads to ECS; it was ${original} before the migration`;
}

/** All edited names, each with what stands there. */
export function recordsEdited(edits: Map<string, string>, wayOut: string): string {
  const sentences: string[] = [];
  for (const [name, text] of edits) {
    sentences.push(`${name} was edited by someone else: ${text}`);
  }
  return [...sentences, wayOut].join('; ');
}

/** A change that Route 53's servers do not have in time. */
export function notInSync(changeId: string, status: string | undefined, timeoutMs: number): string {
  return `change ${changeId} is ${status} after ${formatDuration(timeoutMs)}, not INSYNC; see aws route53 get-change`;
}

/** A name that answers with neither side of its pair. */
export function wrongAnswer(name: string, zone: string, found: string, sides: string[]): string {
  return `${name} in ${zone} answers ${found}, and not ${sides.join(' or ')}`;
}

export function wrongAnswers(problems: string[]): string {
  return `${problems.join('; ')}; correct it, then retry, or abort`;
}

/** An answer that may be the load balancer's. */
export function unjudgedAnswer(name: string, found: string, why: string): string {
  return `${name} answers ${found}, whether that is the load balancer is not known: ${why}`;
}

export function unaskedAnswer(name: string, why: string): string {
  return `what ${name} answers is not known: ${why}`;
}

/** Another kind of load balancer has the name of the ingest. */
export function noNetworkBalancer(name: string, type: string | undefined): string {
  const wayOut = 'set ingest.name to a free one';
  return `load balancer ${name} is of type ${type}, and senders need one of type network; ${wayOut}`;
}

/** A load balancer that AWS could not set up. */
export function balancerFailed(name: string, reason: string | undefined): string {
  const wayOut = `delete it (aws elbv2 delete-load-balancer), fix what AWS names, then retry`;
  return `load balancer ${name} could not be set up: ${reason ?? 'AWS gives no reason'}; ${wayOut}`;
}

/** A load balancer that is not set up in its time. */
export function balancerLate(name: string, state: string | undefined, mostMs: number): string {
  const now = state ?? 'not there';
  return `load balancer ${name} is ${now}, and not active after ${formatDuration(mostMs)}; see it in EC2, then retry`;
}

/** A port of the ingest that leads elsewhere. */
export function portTaken(
  { port, protocol }: { port: number; protocol: string },
  speaks: string | undefined,
  group: string | undefined,
): string {
  const found = `its listener speaks ${speaks} and leads to ${group ?? 'no target group'}`;
  return `port ${port} (${protocol}) of the ingest is taken: ${found}; delete that listener, then retry`;
}

/** What Cloud Map does not finish in its time. */
export function cloudMapLate(operation: string, mostMs: number): string {
  return `Cloud Map has not finished operation ${operation} after ${formatDuration(mostMs)}; see it there, then retry`;
}

/** A Cloud Map operation that ended with FAIL. */
export function cloudMapFailed(reason: string | undefined): string {
  return `Cloud Map: ${reason}`;
}

/** A secret whose name is blocked. */
export function secretDeleted(name: string): string {
  const command = `aws secretsmanager restore-secret --secret-id ${name}`;
  return `secret ${name} is scheduled for deletion; restore it with ${command}, then retry`;
}

/** In place of a refusal in which AWS repeats what it was asked. */
export function secretNotShown(name: string): string {
  return `AWS's answer holds the value of ${name} and is not shown; CloudTrail has the call, without the value`;
}

/** A secret that has to be created and whose value the worker does not have. */
export function secretValueMissing(name: string, from: { env: string } | { file: string }): string {
  const place = describeMissingSource(from);
  return `secret ${name} has no value: on the worker, ${place}; set it there, then retry`;
}

function describeMissingSource(from: { env: string } | { file: string }): string {
  if ('env' in from) return `its environment variable ${from.env} is not set`;
  return `its file ${from.file} can't be read`;
}

/** An ECS service that was deleted and still has tasks. */
export function serviceDraining(service: string, cluster: string): string {
  return `service ${service} is still Draining in ${cluster}; its name is free when its last task has ended`;
}

/**
 * A service that this migration did not make and that has another count than the plan.
 */
export function serviceConflict(service: string, cluster: string, found: number | undefined, planned: number): string {
  const wayOut = `scale it, or set services.${service}.count to ${found}`;
  const difference = `has ${found} tasks, the plan wants ${planned}`;
  return `service ${service} in ${cluster} is somebody else's and ${difference}; ${wayOut}`;
}

const FIX_UNSTEADY = 'see its log group and aws ecs describe-services, fix it, then retry';

const FIX_SHORTAGE =
  'ECS goes on trying: retry later; or abort, and start again with private subnets of another zone ' +
  '(network.privateSubnets), or another size; another region is a new plan (docs/plan-differences.md)';

/** A service that does not come to its count; `reasons`: those that are known. @param isShort of Fargate's capacity */
export function notSteady(service: string, reasons: (string | undefined)[], isShort: boolean): string {
  const wayOut = isShort ? FIX_SHORTAGE : FIX_UNSTEADY;
  const parts = [...reasons.filter(Boolean), wayOut];
  return `${service} does not become steady: ${parts.join('; ')}`;
}

/** Of a service that has to be alone. */
export const stillLeaving = (count: number): string =>
  `${count} of its former tasks ${count === 1 ? 'is' : 'are'} not STOPPED yet`;

/** Of a service that was told to have fewer. */
export function tasksRemain(service: string, left: number, timeoutMs: number): string {
  const tasks = left === 1 ? `a task of ${service} still runs` : `${left} tasks of ${service} still run`;
  const wayOut =
    'see its events in ECS, and whether something else sets its count (an auto scaling target, a pipeline)';
  return `${tasks} ${formatDuration(timeoutMs)} after it should end: ${wayOut}; then retry`;
}

/** A stack that no migration has put on ECS. */
export function neverMigrated({ name, region }: Plan, what: string): string {
  const wayOut = 'move it first: lgtm-migrate start -f with its plan';
  return `${name} does not run on ECS: ${what} in ${region}; ${wayOut}`;
}

/** A service of a stack that went back to its hosts. */
export function runsNoTask({ name }: Plan, service: string): string {
  const wayOut = 'start the migration again: lgtm-migrate start -f with its plan';
  return `${service} has no task to replace: ${name} does not run on ECS now; ${wayOut}`;
}

/** A service that was there before the migration, which never changes it. */
export function isNotOurs(service: string, cluster: string): string {
  const wayOut = 'deploy it by what made it, and name the others: --service';
  return `service ${service} in ${cluster} is somebody else's, the migration has only adopted it; ${wayOut}`;
}

/** A service that somebody has deleted under a deployment. */
export function serviceGone(service: string, cluster: string, status: string | undefined): string {
  const how = status ? `is being deleted (${status})` : 'is not there any more';
  const wayOut = 'somebody deleted it; start the migration again, which makes it: lgtm-migrate start -f with its plan';
  return `service ${service} in ${cluster} ${how}: ${wayOut}`;
}

/** Secrets that a definition is to name and that are not there. */
export function secretsMissing(names: string[]): string {
  const [first] = names;
  return `there is no secret ${names.join(', ')}; create it: aws secretsmanager create-secret --name ${first}`;
}

/** `runs`: the revision, by family and number */
export function noPrevious(service: string, runs: string): string {
  const wayOut = 'deploy the older image instead: put its folder as it was, and run lgtm-migrate deploy';
  return `${service} has no revision of ours before ${runs} that has its duties as they are; ${wayOut}`;
}

/** `found`: the task definition that ECS has gone back to */
export function circuitBreakerWentBack(found: string | undefined): string {
  const revision = found?.split('/').at(-1);
  return `its circuit breaker went back to ${revision}`;
}

/** Of a watch: what was counted since it last told the workflow is lost, and the data points are judged again. */
export const UNREADABLE_COUNTS =
  'what the watch had counted last could not be read, perhaps since another version wrote it; ' +
  'it goes on from what it had told before';

export const tellGone = (what: string): string => `${what} is gone: somebody has deleted it`;

/** @param rule of the name, that leads elsewhere too, or to a part of its paths alone */
export const tellRuleChanged = (host: string, rule: Rule): string =>
  `rule ${rule.Priority} of the load balancer (${describeConditions(rule)}) ${describeAction(rule)}: ` +
  `it does not bring all of ${host} to its service any more`;

/** @param rule of somebody else */
export const tellRuleBefore = (host: string, rule: Rule): string =>
  `rule ${rule.Priority} of the load balancer (${describeConditions(rule)}) ${describeAction(rule)}: ` +
  `it takes requests for ${host} before its service's own`;

export const tellStartless = (gone: string): string =>
  `${gone}; tasks that run go on, and none starts any more before it is made anew`;

/** Of a watch that AWS does not let look: once, since nothing else depends on it. */
export function tellUnlookedFor(error: Error): string {
  const what = 'whether somebody has deleted what users come through is not looked for as a whole';
  const refused = findRefusedAction(error);
  if (!refused) return `${what}: ${error.name}: ${error.message}; give the worker's role this permission`;
  const { action, resource } = refused;
  return `${what}: AWS refuses ${action} on ${resource}; add ${writeStatement(refused)} to the worker's role`;
}

export const tellUnrouted = (service: string): string =>
  `nothing forwards to the target group of ${service}: its listener rule is gone`;
