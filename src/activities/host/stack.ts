import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { HostHealthRequest } from '../../contract/hosts';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { heartbeat, pauses } from '../pacing';
import { compose, listContainers, tryListContainers, type Container } from './containers';
import { awaitScripts, runScript, runScriptWell } from './ssm';
import { sayHostNotHealthy, sayHostNotReachable, sayRecordUnanswered, sayStackNotStopped } from './texts';

export { compose, containersOf, type Container } from './containers'; // until the merge

const POLL_MS = 2000;
/** What the command is for that stops a stack. */
const STOP = 'docker compose stop';
/** As much of Docker's output as a history should carry, in characters. */
const OUTPUT_KEPT = 2000;

type HostRecord = NonNullable<HostHealthRequest['records']>[number];

/** @throws ApplicationFailure of type StackNotStopped, retryable, naming what still runs */
export async function stopStack(deps: Deps, input: InputOf<'stopStack'>): Promise<{ output: string }> {
  const { instanceId, composeDirectory, stopTimeoutSeconds } = input;
  const script = `${compose(composeDirectory)} stop -t ${stopTimeoutSeconds}`;
  // separate stops of services that depend on each other follow one another
  const timeoutSeconds = stopTimeoutSeconds * 3 + 300;
  const output = await runScriptWell(deps, instanceId, STOP, script, timeoutSeconds);
  const left = await listContainers(deps, input);
  if (left.length > 0) {
    const services = left.map(({ Service }) => Service);
    throw ApplicationFailure.retryable(sayStackNotStopped(instanceId, services), 'StackNotStopped');
  }
  return { output: output.slice(0, OUTPUT_KEPT) };
}

/**
 * Starts the containers. A host that has just started is not known to SSM yet; one that never will be is a human's.
 * @throws ApplicationFailure of type HostNotReachable, final, with the command to run by hand
 */
export async function startStack(deps: Deps, input: InputOf<'startStack'>): Promise<void> {
  const { instanceId, composeDirectory, timeoutMs } = input;
  const startCommand = `${compose(composeDirectory)} up -d`;
  const began = Date.now();
  const pause = pauses(POLL_MS);
  while (!(await hasStarted(deps, instanceId, startCommand))) {
    if (Date.now() - began > timeoutMs)
      throw ApplicationFailure.nonRetryable(sayHostNotReachable(instanceId, startCommand), 'HostNotReachable');
    heartbeat({ instanceId, waiting: 'SSM' });
    await pause();
  }
}

/** false: SSM does not see the host. */
async function hasStarted(deps: Deps, instanceId: string, startCommand: string): Promise<boolean> {
  try {
    // a stop whose activity was aborted goes on: what starts before it ends is stopped again
    await awaitScripts(deps, instanceId, [STOP]);
    await runScriptWell(deps, instanceId, 'docker compose up', startCommand);
    return true;
  } catch (error) {
    if (isAws(error, 'InvalidInstanceId')) return false;
    throw error;
  }
}

/**
 * Waits until the host serves as it did. A container that ran once and has ended, as one that only prepares does, is
 * none of `services`.
 * @throws ApplicationFailure of type HostNotHealthy, final, naming what is not well
 */
export async function awaitHost(deps: Deps, input: InputOf<'awaitHost'>): Promise<void> {
  const { instanceId, timeoutMs } = input;
  const began = Date.now();
  const pause = pauses(POLL_MS);
  for (;;) {
    const problem = await findHostProblem(deps, input);
    if (problem === undefined) return;
    if (Date.now() - began > timeoutMs)
      throw ApplicationFailure.nonRetryable(sayHostNotHealthy(instanceId, problem), 'HostNotHealthy');
    heartbeat({ instanceId, why: problem });
    await pause();
  }
}

/** Why a host does not serve; undefined: it does. */
async function findHostProblem(deps: Deps, request: HostHealthRequest): Promise<string | undefined> {
  const { instanceId, services, records = [] } = request;
  const { containers, failure } = await tryListContainers(deps, request, { all: true });
  if (failure) return failure.error.trim();
  const wanted = containers.filter(({ Service }) => !services || services.includes(Service));
  if (wanted.length === 0) return 'no containers';
  const down = wanted.filter((container) => !isServing(container));
  if (down.length > 0) return down.map(({ Service, State }) => `${Service} ${State}`).join(', ');
  const unanswered = await findUnansweredRecords(deps, instanceId, records);
  return unanswered.length > 0 ? unanswered.join(', ') : undefined;
}

function isServing({ State, Health }: Container): boolean {
  return State === 'running' && Health !== 'unhealthy' && Health !== 'starting';
}

/** What users of these names would not get on the host itself: no answer, or a proxy's 5xx while its backend starts. */
async function findUnansweredRecords(deps: Deps, instanceId: string, records: HostRecord[]): Promise<string[]> {
  const asked = records.filter(({ protocol }) => protocol === 'http' || protocol === 'https');
  if (asked.length === 0) return [];
  const script = asked.map(printStatusCommand).join('\n');
  const { output } = await runScript(deps, instanceId, 'does the host answer', script);
  const codes = output.split('\n').slice(0, asked.length);
  return codes.flatMap((line, index) => {
    const code = line.trim();
    const isAnswered = /^[1-4]\d\d$/.test(code);
    return isAnswered ? [] : [sayRecordUnanswered(asked[index]!.name, code)];
  });
}

/** A line of shell that prints the HTTP status of a name as the host answers it. */
function printStatusCommand({ name, protocol, port }: HostRecord): string {
  const url = `${protocol}://127.0.0.1:${port}/`;
  const curl = `curl -k -s -o /dev/null -m 5 -w '%{http_code}' -H 'Host: ${name}' ${url}`;
  return `echo "$(${curl})"`;
}
