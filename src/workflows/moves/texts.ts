import type { Handover } from '../../analysis/handover';
import { describeMemory, type MemoryAmount } from '../../analysis/memory';
import type { DeployedService, Moment } from '../../contract/deployments';
import { describePeer, type Peer } from '../../contract/hosts';
import type { TaskExit } from '../../contract/services';
import type { RequestRate } from '../../contract/watch';
import { findMaxGap, type GapsPlan } from '../../plan/gaps';
import type { KnownExit } from '../../stores/store';
import { messageOf } from '../engine/failures';

/** SIGKILL. */
const KILLED = 137;

/** Peers that are named; the rest is counted. */
const NAMED = 8;

export function describePeers(peers: Peer[]): string {
  const named = peers.slice(0, NAMED).map(describePeer);
  const others = peers.length > NAMED ? [`${peers.length - NAMED} more`] : [];
  return [...named, ...others].join('; ');
}

/** @param known exit code of the store that is no failure */
export function tellExits(service: string, exits: TaskExit[], known?: KnownExit): string {
  const codes = [...new Set(exits.map(({ code }) => code))];
  const ways = codes.map((code) => {
    const ended = exits.filter((exit) => exit.code === code);
    const count = ended.length === 1 ? '1 task' : `${ended.length} tasks`;
    return `${count} stopped${describeCode(code, ended, known)}`;
  });
  return `${service}: ${ways.join('; ')}`;
}

function describeCode(code: number | null, [first]: TaskExit[], known?: KnownExit): string {
  if (code === null) return ` without an exit code: ${first?.reason ?? 'ECS gives no reason'}`;
  if (code === known?.code) return `, exit ${code}, which is known: ${known.why}`;
  if (code === 0) return ', exit 0';
  const killed = code === KILLED ? ': killed when its stop timeout was over, so what it held may not be in S3' : '';
  return `, exit ${code}${killed}; see its log (task ${first!.task})`;
}

export const askToCutOff = (ids: string, peers: Peer[]): string =>
  `stop ${ids} although still connected: ${describePeers(peers)}`;

export const askToReset = (ids: string, peers: Peer[]): string =>
  `reset at ${ids}, port by port: ${describePeers(peers)}`;

/** @param problems of senders that were reset and are not on ECS */
export const askToLeave = (problems: string[]): string => `leave it so: ${problems.join('; ')}`;

export const tellBack = (peers: Peer[]): string => `back at the host, so by an address: ${describePeers(peers)}`;

export const tellCut = (ids: string): string => `senders were reset at ${ids}, and what they send comes to ECS`;

export const tellNobodyLeft = (ids: string): string => `no sender holds a connection to ${ids}`;

export const tellSilent = (service: string): string => `${service} on ECS has received nothing since`;

export const tellUncounted = (service: string): string =>
  `whether ${service} on ECS has received anything since is not known`;

export const tellConnections = (ids: string): string => `nobody is connected to ${ids}`;

export const tellApprovedConnections = (peers: Peer[]): string =>
  `approved although still connected: ${describePeers(peers)}`;

/** @param services what each side of each has received */
export const tellReceived = (services: string[]): string => `received since the look before: ${services.join('; ')}`;

export const tellUncountedReceived = (why: string): string => `what both sides receive is not known: ${why}`;

export const describePort = ({ port, service }: Pick<Peer, 'port' | 'service'>): string => `${port} (${service})`;

/** @param peers who was connected there when preflight looked */
export const tellNobodyBack = (door: Pick<Peer, 'port' | 'service'>, peers: string[]): string =>
  `nobody has come back to ${describePort(door)}, where ${peers.join(', ')} was connected before`;

export const tellNothingReceived = (door: Pick<Peer, 'port' | 'service'>): string =>
  `nobody is connected to ${describePort(door)}, and ${door.service} has received nothing since`;

/** @param problems of senders that are not at the hosts again */
export const tellAway = (problems: string[]): string =>
  `${problems.join('; ')}; make them ask for their name again (start them anew), then retry; abort leaves it so`;

/** @param unseen who was there before, and is not */
export function tellSendersBack(ids: string, ports: string[], unseen: string[]): string {
  const others = unseen.length > 0 ? `; not seen again, though there before: ${unseen.join(', ')}` : '';
  return `senders are back at ${ids}: ${ports.join(', ')}${others}`;
}

export const tellUnlistable = (error: unknown): string =>
  `the connections can't be listed any more: ${messageOf(error)}`;

export const askToLose = (ids: string, missing: string[]): string =>
  `stop ${ids} although S3 does not have it: ${missing.join('; ')}`;

/** Of several zones one has refused its batch. */
export function tellHalfDone(refused: string, done: string[], error: unknown): string {
  const ofOthers =
    done.length > 0 ? `; done already in ${done.join(', ')}: a retry finishes it, an abort takes it back` : '';
  return `${refused}: ${messageOf(error)}${ofOthers}`;
}

export const tellWrongAnswers = (problems: string[]): string =>
  `${problems.join('; ')}; correct it, then retry, or abort`;

/** What nobody could ask, or nobody could judge. */
export const tellUnknownAnswers = (unknown: string): string => `not known to answer as they shall: ${unknown}`;

export const tellUnprobed = (names: string): string =>
  `${names} inside the VPC, since no service of the plan has probe: true`;

export const tellReached = (names: string[]): string =>
  `a request for ${names.join(', ')} through the load balancer is answered by our tasks`;

export const tellUnreached = (problems: string[]): string =>
  `${problems.join('; ')}; see the rules of the listener and the health of the target group, then retry`;

export const tellKeptOut = (name: string, from: string[]): string =>
  `${name} is reached from ${from.join(', ')} alone, and a probe is in the VPC`;

/** @param unknown what nobody could ask, in words */
export const askToSendUnseen = (unknown: string[]): { what: string; reason: string } => ({
  what: 'send users though nobody has seen a request arrive',
  reason:
    `not asked: ${unknown.join('; ')}; let the tasks' addresses in (inside the VPC, or those of its NAT gateways), ` +
    'or ask from where users are, then approve',
});

/** A flush whose call did not end well, and that S3 has nevertheless. */
export const tellCutFlush = (service: string, why: string): string =>
  `${service} has flushed, though the call did not end well: ${why}`;

export const tellApprovedLoss = (missing: string[]): string =>
  `approved although S3 does not have it: ${missing.join('; ')}`;

export const tellWritten = (services: string[]): string =>
  `${services.join(', ')} on ECS were told to write, have counted it, and S3 lists it`;

/** @param what would be done: `stop i-0abc` */
export const askThoughUnwritten = (what: string, missing: string[]): string =>
  `${what} although ECS is not seen to write to S3: ${missing.join('; ')} (retry asks again)`;

export const tellApprovedUnwritten = (missing: string[]): string =>
  `approved although ECS is not seen to write to S3: ${missing.join('; ')}`;

export const tellLateNames = (names: string[]): string =>
  `${names.join(', ')} will go from 0 to 100 % in one step, the last: Grafana on the host becomes read-only, ` +
  'its database is copied, and only then the names move';

export function tellHandover(report: Handover[]): string {
  const stores = report.map(({ service, gapSeconds, isAtMost, note }) => {
    if (gapSeconds === null) return `${service} not measured (${note})`;
    return `${service} gap ${isAtMost ? 'of at most ' : ''}${gapSeconds} s`;
  });
  return `handover: ${stores.join(', ')}`;
}

function describeGap({ service, gapSeconds, isAtMost, note }: Handover, plan: GapsPlan): string {
  const limit = findMaxGap(plan, service);
  if (gapSeconds === null) return `${service} not measured (${note})`;
  if (isAtMost) return `${service} up to ${gapSeconds} s, allowed ${limit} (${note})`;
  return `${service} ${gapSeconds} s in which neither side has a sample, allowed ${limit}`;
}

const joinGaps = (gaps: Handover[], plan: GapsPlan): string => gaps.map((gap) => describeGap(gap, plan)).join('; ');

/** @param gaps above their limit, or not measured */
export const askToBridge = (ids: string, gaps: Handover[], plan: GapsPlan): string =>
  `stop ${ids} although the handover is not proven: ${joinGaps(gaps, plan)} (data.maxGap; retry measures again)`;

export const tellApprovedGaps = (gaps: Handover[], plan: GapsPlan): string =>
  `approved although the handover is not proven: ${joinGaps(gaps, plan)}`;

const describeLateRollback = (since: string): string =>
  `a rollback from here: what ECS took in since ${since.slice(0, 16).replace('T', ' ')} UTC`;

export const describeLoss = (since: string, at: string, amounts: MemoryAmount[]): string =>
  `${describeLateRollback(since)} is in S3 but for ${describeMemory(amounts)} in memory at ${at.slice(11, 16)} ` +
  '(flushed when their tasks stop)';

export const describeUnmeasuredLoss = (since: string, why: string): string =>
  `${describeLateRollback(since)} is in S3 but for what is in memory: not measured (${why})`;

/** Of a recovery, which knows no image that could ask. */
export const tellUnmeasuredMemory = (): string =>
  'what ECS took in is in S3 but for what its stores hold in memory: not measured by a recovery (flushed when their tasks stop)';

export const tellBothCompact = (): string =>
  'for some minutes both sides compact, evaluate rules and notify: the hosts from their start (a service that only ' +
  'compacts: not before ECS has ceased to), ECS until users have left it';

export const tellOverlapEnd = (duration: string): string =>
  `ECS compacts, evaluates rules and notifies no more: both sides did for ${duration}`;

export const askToScaleDown = (asked: string[]): string =>
  asked.length === 0
    ? 'scale ECS down before two periods without a request were seen'
    : `scale ECS down although it is still asked: ${asked.join(', ')}`;

/** @param asked null: no period was measured yet */
export function describeRequests(asked: RequestRate[] | null): string {
  if (asked === null) return 'who still asks ECS is not known yet; it goes on by itself when nobody does';
  if (asked.length === 0) return 'nobody asks ECS; it goes on by itself after two periods of that';
  return `still asked: ${joinRates(asked)}; it goes on by itself when nobody asks any more`;
}

export const tellImpaired = (name: string, why: string): string =>
  `load balancer ${name} serves, and lacks what it needs to scale (active_impaired): ${why}; ` +
  'free addresses in its subnets, eight in each, before users come';

export const tellQuiet = (): string => 'nobody asks ECS any more';

/** @param asked null: it could not be counted */
export function tellCutRequests(asked: RequestRate[] | null): string {
  if (asked === null) return 'ECS is scaled down, and whom that cuts off is not known';
  if (asked.length === 0) return 'ECS is scaled down; nobody was seen to ask it, though not for two periods';
  return `ECS is scaled down, which cuts off ${joinRates(asked)}`;
}

const joinRates = (asked: RequestRate[]): string =>
  asked
    .map(({ service, perMinute, flows }) => {
      return flows === undefined ? `${service} ${perMinute} requests a minute` : `${service} ${flows} connections`;
    })
    .join(', ');

export const tellUncountable = (error: unknown, timeout: string): string =>
  `who still asks ECS can't be counted: ${messageOf(error)}; ${timeout} are waited, or until somebody approves`;

export const tellUnlookedAt = (why: string): string => `whether something was deleted is not known: ${why}`;

export const tellDeleted = (missing: string[]): string => `${missing.join('; ')}; retry makes it anew`;

export const tellOtherBalancer = (before: string, now: string): string =>
  `the load balancer ${before} was deleted and made anew as ${now}, and the names are prepared for the former: ` +
  'abort, then start again';

export const tellUnconfirmed = (error: unknown): string =>
  `Route 53 does not confirm the change: ${messageOf(error)}; a minute is waited instead, as long as it may take`;

export const tellUnanswered = (unanswered: string[]): string =>
  `${unanswered.join('; ')}; see its Cloud Map service and the DNS attributes of the VPC, then retry`;

export const tellUnprovableRings = (names: string): string =>
  `the rings of ${names} cannot be proven: no service of the plan has probe: true; ` +
  'set it where an image has sh, curl and grep, or take ring out of those services';

export const tellOpenRings = (problems: string[]): string =>
  `${problems.join('; ')}; check that 7946 TCP and UDP are open between the tasks, then retry`;

export const tellDeploymentRuns = (name: string): string =>
  `a deployment of ${name} runs, which changes the services; wait for its end, lgtm-migrate deploy watch ${name}, then retry`;

const MOMENTS: Record<Moment, string> = {
  before: 'before any weight',
  week: 'in the week before termination',
};

export const tellLetIn = (services: string[], moment: Moment): string =>
  `a deployment of ${services.join(', ')} begins, ${MOMENTS[moment]}; nothing goes on until it has ended`;

/** @param isStopped by the migration, which goes back */
export function tellEnded(
  asked: string[],
  deployed: DeployedService[],
  leftovers: string[],
  isStopped: boolean,
): string {
  const names = asked.join(', ');
  if (leftovers.length > 0)
    return `the deployment of ${names} has ended, and not all is as it was: ${leftovers.join('; ')}`;
  if (deployed.length === 0 && isStopped) return `the deployment of ${names} has stopped, its services are back`;
  if (deployed.length === 0) return `the deployment of ${names} has ended, and left the services as they were`;
  const definitions = deployed.map(({ taskDefinition }) => nameRevision(taskDefinition));
  return `the deployment of ${names} has ended: ${definitions.join(', ')}`;
}

/** `arn:…/lgtm-mimir:7` → `lgtm-mimir:7` */
export const nameRevision = (arn: string): string => arn.split('/').at(-1)!;

export const tellLeftByDeployment = (leftovers: string[]): string =>
  `what a deployment could not put back is set by the undos of its services: ${leftovers.join('; ')}`;

export const tellNotStopped = (services: string[], workflowId: string): string =>
  `the deployment of ${services.join(', ')} does not stop, and may change its services once more; ` +
  `end it: temporal workflow terminate -w ${workflowId}`;

export const tellDeploymentIsGone = (services: string[]): string =>
  `the deployment of ${services.join(', ')} says nothing any more: what it has changed runs on; deploy again to be sure`;

export const tellUnreadMessage = (problem: string): string =>
  `a signal between a deployment and its migration can't be read and changes nothing: ${problem}`;
