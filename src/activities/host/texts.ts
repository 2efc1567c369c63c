import { formatDuration } from '../../plan/duration';
import { storeOf, type StoreName } from '../../stores';
import type { ScriptResult } from './script-result';

/** As much of a program's last words as a history should carry, in characters. */
const LAST_WORDS = 500;

function lastWordsOf({ output, error }: ScriptResult): string {
  const words = error || output;
  return words.trim().slice(-LAST_WORDS);
}

/** A script that ended with another exit code than 0. */
export function sayCommandFailed(purpose: string, instanceId: string, result: ScriptResult): string {
  const lastWords = lastWordsOf(result);
  return `${purpose} on ${instanceId} exited with ${result.code}: ${lastWords}`;
}

/** A script that SSM gave up. */
export function sayCommandNotFinished(purpose: string, instanceId: string, status: string, error: string): string {
  return `${purpose} on ${instanceId} ended ${status}: ${error}`;
}

export function sayStackNotStopped(instanceId: string, services: string[]): string {
  const names = services.join(', ');
  return `${names} still run on ${instanceId}`;
}

/** Nobody of us has stopped it. */
export const sayHostNotRunning = (instanceId: string, state: string): string =>
  `${instanceId} is ${state}, and whoever is sent there finds nobody: start it and its containers, then retry`;

export function sayHostNotReachable(instanceId: string, startCommand: string): string {
  const causes = 'see its agent, its instance profile and its way out';
  const byHand = `run ${startCommand} on it by hand`;
  return `SSM does not see ${instanceId}: ${causes}, or ${byHand}; then retry`;
}

/** A start that hangs, as one does that waits for a registry or for what another service depends on. */
export const sayStackNotStarted = (instanceId: string, startCommand: string, why: string): string =>
  `the containers of ${instanceId} do not start: ${why}; run ${startCommand} on it by hand, see what it waits for, then retry`;

export function sayHostNotHealthy(instanceId: string, problem: string): string {
  return `${instanceId} does not serve: ${problem}; fix it by hand, then retry`;
}

/** @param code what curl printed as HTTP status; empty or `000`: no answer */
export function sayRecordUnanswered(name: string, code: string): string {
  const isSilent = code === '' || code === '000';
  return `${name} answers ${isSilent ? 'nothing' : code}`;
}

/** @param reason EC2's own, of a start that it took */
export function sayHostNotStarted(instanceId: string, reason: string): string {
  const wayOut = START_WAYS_OUT.find(([pattern]) => pattern.test(reason))?.[1] ?? 'fix that';
  return `${instanceId} fell back to stopped: ${reason || 'EC2 gives no reason'}; ${wayOut}, then retry`;
}

/** Why EC2 does not start an instance, by what it says, and what helps. Source: instance-scheduler-on-aws, issue 9 */
const START_WAYS_OUT: [RegExp, string][] = [
  [/^Client\.InternalError/, "give the worker's role kms:CreateGrant on the key of its volumes"],
  [/InsufficientInstanceCapacity/, 'wait for capacity in its zone, or start it as another type by hand'],
  [/UserInitiated/, 'somebody stopped it: ask who'],
];

export function sayHostGone(instanceId: string, reason: string): string {
  const why = reason ? ` (${reason})` : '';
  return `${instanceId} is terminated${why}: nothing starts it again; abort leaves users where they are`;
}

export function sayHostLate(instanceId: string, wanted: string, state: string, timeoutMs: number): string {
  return `${instanceId} is ${state}, and not ${wanted} after ${formatDuration(timeoutMs)}; see it in EC2, then retry`;
}

/** @param why AWS's own reason, where it gives one */
export function sayBackupFailed(imageId: string, state: string, why: string | undefined): string {
  const reason = why ? `: ${why}` : '';
  return `image ${imageId} is no backup, it is ${state}${reason}; retry makes another one`;
}

export function sayBackupStalled(imageId: string, progress: string, stallMs: number): string {
  return `image ${imageId} has not moved for ${formatDuration(stallMs)} (${progress}); see it in EC2, then retry`;
}

export function sayBackupIncomplete(instanceId: string, imageId: string): string {
  return `${instanceId} is not terminated: its backup ${imageId} is not complete`;
}

export function sayNoMountTarget(fileSystem: string): string {
  const command = 'aws efs create-mount-target';
  return `${fileSystem} has no mount target; make one with ${command}, then retry`;
}

/** Grafana's program on a host has failed. */
export function sayGrafanaProgramFailed(instanceId: string, verb: string, result: ScriptResult): string {
  const lastWords = lastWordsOf(result);
  return `Grafana's database on ${instanceId}, ${verb}: ${lastWords}`;
}

/** `s3://sys-lgtm-s3/loki` */
const describePlace = ({ bucket, prefix }: { bucket: string; prefix: string }): string => `s3://${bucket}/${prefix}`;

export function describeSilence(service: string, why: string): string {
  return `${service} is silent: ${why}`;
}

/** @param until the first version that is otherwise */
export function describeLaterVersion(store: StoreName, version: string, until: string): string {
  const { what } = storeOf(store).boundaries.find(({ at }) => at === until)!;
  return `it is ${store} ${version}, and since ${until} ${what}: whether a flush arrives can't be seen`;
}

/** @param place where ECS writes too */
export function describeUncounted(service: string, place: { bucket: string; prefix: string }): string {
  return `${service} does not count what it stores: what is new in ${describePlace(place)} may be what ECS wrote`;
}

/** Something has changed a moment ago, or may still. */
export function describeUnrest(service: string): string {
  return `${service} may still be writing`;
}

export function describeNothingNew(
  service: string,
  place: {
    bucket: string;
    prefix: string;
    newest?: string;
  },
): string {
  return `${service}: ${describePlace(place)} lists nothing newer than ${place.newest ?? 'nothing'}`;
}

export function describeForeignObjects(
  service: string,
  place: { bucket: string; prefix: string },
  counters: string[],
  stored: number,
): string {
  const unmoved = `${counters.join(', ')} still is ${stored}`;
  return `${service}: ${describePlace(place)} lists something new, but ${unmoved}: not of this host`;
}

/** @param beginning of what was printed */
export function sayContainersUnreadable(beginning: string): string {
  return `docker compose ps printed no list of containers: ${beginning}; look on the host whether Compose 2 is there`;
}
