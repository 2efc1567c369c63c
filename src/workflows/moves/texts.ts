import type { Handover } from '../../analysis/handover';
import { describeMemory, type MemoryAmount } from '../../analysis/memory';
import type { GrafanaCopy, GrafanaCounts, GrafanaEdit, GrafanaRequest } from '../../contract/grafana';
import type { DeployedService, Moment } from '../../contract/deployments';
import { describePeer, type Peer } from '../../contract/hosts';
import type { RequestRate } from '../../contract/watch';
import { describeCounts } from '../details';
import { messageOf } from '../engine/failures';

/** Peers that are named; the rest is counted. */
const NAMED = 8;

export function describePeers(peers: Peer[]): string {
  const named = peers.slice(0, NAMED).map(describePeer);
  const others = peers.length > NAMED ? [`${peers.length - NAMED} more`] : [];
  return [...named, ...others].join('; ');
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

export const tellConnections = (ids: string): string => `nobody is connected to ${ids}`;

export const tellApprovedConnections = (peers: Peer[]): string =>
  `approved although still connected: ${describePeers(peers)}`;

/** @param services what each side of each has received */
export const tellReceived = (services: string[]): string => `received since the look before: ${services.join('; ')}`;

export const tellUncountedReceived = (why: string): string => `what both sides receive is not known: ${why}`;

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

export const tellLateNames = (names: string[]): string =>
  `${names.join(', ')} will go from 0 to 100 % in one step, the last: Grafana on the host becomes read-only, ` +
  'its database is copied, and only then the names move';

export const tellReadOnly = (instanceId: string, counts: GrafanaCounts): string =>
  `Grafana on ${instanceId} is read-only: whoever saves there is told "database is locked"; ` +
  `it has ${describeCounts(counts)}`;

export const tellCopyDiffers = (path: string, { sha256, copySha256 }: GrafanaCopy): string =>
  `the copy of ${path} has sha256 ${copySha256}, the database ${sha256}; nothing was put in place, retry or abort`;

export function tellCopy(to: string, { bytes, sha256, aside }: GrafanaCopy): string {
  const renamed = aside ? `; what was there is now ${aside}` : '';
  return `copied to ${to}, ${bytes} bytes, sha256 ${sha256.slice(0, 12)}… on both sides${renamed}`;
}

export const tellFewer = (after: GrafanaCounts, before: GrafanaCounts): string =>
  `the new Grafana has ${describeCounts(after)}, the old one ${describeCounts(before)}; ` +
  'see its log group, then retry or abort';

export const tellRunsOnCopy = (after: GrafanaCounts, before: GrafanaCounts): string =>
  `the new Grafana runs on the copy: ${describeCounts(after)}; before: ${describeCounts(before)}`;

export const askToImport = ({ path, instanceId }: GrafanaRequest, database: string, counts: GrafanaCounts): string =>
  `import lgtm-migrate-import.db, beside ${path} on ${instanceId}, into ${database} (docs/data.md), ` +
  `count ${describeCounts(counts)} there, then approve; lgtm-migrate does not check it`;

export const tellUnlistedEdits = (database: string): string =>
  `what was edited in ${database} since the copy is not listed, because lgtm-migrate has no way into it: ` +
  'look there; it stays as it is';

export function tellEdits(to: string, since: string, total: number, counts: GrafanaCounts): string {
  const edits = countEdits(total);
  const stays = total > 0 ? ', and stays as it is' : '';
  return `${edits} in ${to} since ${since} that the host's Grafana has not; it has ${describeCounts(counts)}${stays}`;
}

function countEdits(total: number): string {
  if (total === 0) return 'no edit';
  return total === 1 ? '1 edit' : `${total} edits`;
}

export function tellEdit(to: string, { kind, name, change, by, at }: GrafanaEdit): string {
  const author = by ? ` by ${by}` : '';
  const time = at ? ` at ${at}` : '';
  return `only in ${to}: ${kind} "${name}" ${change}${author}${time}`;
}

export const tellChangedOriginal = (): string =>
  'the database on the host is not as it was when it was copied: somebody wrote to it since';

export const tellUnknownEdits = (error: unknown): string =>
  `what a way back would lose of Grafana's edits is unknown: ${messageOf(error)}`;

export function tellHandover(report: Handover[]): string {
  const stores = report.map(({ service, gapSeconds, note }) =>
    gapSeconds === null ? `${service} not measured (${note})` : `${service} gap ${gapSeconds} s`,
  );
  return `handover: ${stores.join(', ')}`;
}

const describeLateRollback = (since: string): string =>
  `a rollback from here: what ECS took in since ${since.slice(0, 16).replace('T', ' ')} UTC`;

export const describeLoss = (since: string, at: string, amounts: MemoryAmount[]): string =>
  `${describeLateRollback(since)} is in S3 but for ${describeMemory(amounts)} in memory at ${at.slice(11, 16)} ` +
  '(flushed when their tasks stop)';

export const describeUnmeasuredLoss = (since: string, why: string): string =>
  `${describeLateRollback(since)} is in S3 but for what is in memory: not measured (${why})`;

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
  asked.map(({ service, perMinute }) => `${service} ${perMinute} requests a minute`).join(', ');

export const tellUncountable = (error: unknown, timeout: string): string =>
  `who still asks ECS can't be counted: ${messageOf(error)}; ${timeout} are waited, or until somebody approves`;

export const tellUnlookedAt = (why: string): string => `whether something was deleted is not known: ${why}`;

export const tellDeleted = (missing: string[]): string => `${missing.join('; ')}; retry makes it anew`;

export const tellOtherBalancer = (before: string, now: string): string =>
  `the load balancer ${before} was deleted and made anew as ${now}, and the names are prepared for the former: ` +
  'abort, then start again';

export const tellUnconfirmed = (error: unknown): string =>
  `Route 53 does not confirm the change: ${messageOf(error)}; a minute is waited instead, as long as it may take`;

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
