import { ApplicationFailure } from '@temporalio/activity';
import type { InputOf } from '../../contract/activities';
import type { HostHealthRequest } from '../../contract/hosts';
import type { Deps } from '../clients';
import { asWord, quoted } from '../curl';

import { isAws } from '../failures';
import { heartbeat, createPause } from '../pacing';
import { compose, listContainers, listProjects, tryListContainers, type Container } from './containers';
import { awaitScripts, runScript, runScriptWell } from './ssm';
import {
  sayHostNotHealthy,
  sayHostNotReachable,
  sayRecordUnanswered,
  sayStackNotStarted,
  sayStackNotStopped,
} from './texts';

const POLL_MS = 2000;
/** What the command is for that stops a stack. */
const STOP = 'docker compose stop';
/** As much of Docker's output as a history should carry, in characters. */
const OUTPUT_KEPT = 2000;

/** What curl can ask; other protocols are not looked at. */
export const HTTP = ['http', 'https'];
/** A proxy's 5xx is none. */
const ANSWERED = /^[1-4]\d\d$/;

type HostRecord = NonNullable<HostHealthRequest['records']>[number];

/**
 * Stops the containers gracefully.
 * @throws ApplicationFailure of type StackNotStopped, retryable, naming what still runs
 */
export async function stopStack(deps: Deps, input: InputOf<'stopStack'>): Promise<{ output: string }> {
  const { instanceId, stopTimeoutSeconds } = input;
  const script = compose(input, `stop -t ${stopTimeoutSeconds}`);
  // services that depend on each other are stopped one after the other
  const timeoutSeconds = stopTimeoutSeconds * 3 + 300;
  const output = await runScriptWell(deps, instanceId, STOP, script, timeoutSeconds);
  const left = await listContainers(deps, input);
  if (left.length > 0) {
    const services = left.map(({ Service }) => Service);
    const message = sayStackNotStopped(instanceId, services);
    throw ApplicationFailure.retryable(message, 'StackNotStopped');
  }
  return {
    output: output.slice(0, OUTPUT_KEPT),
  };
}

/**
 * Starts the containers. A host that has just started is not known to SSM yet; one that
 * never will be is a human's, and so is a start that does not end.
 * @throws ApplicationFailure, final, with the command by hand: of type HostNotReachable, or StackNotStarted
 */
export async function startStack(deps: Deps, input: InputOf<'startStack'>): Promise<void> {
  const { instanceId, timeoutMs } = input;
  const startCommand = writeStart(input);
  const began = Date.now();
  const isLate = () => Date.now() - began >= timeoutMs;
  const refuseLate = (error: unknown): never => {
    if (!isLate()) throw error;
    const message = sayStackNotStarted(
      instanceId,
      startCommand,
      error instanceof Error ? error.message : String(error),
    );
    throw ApplicationFailure.nonRetryable(message, 'StackNotStarted');
  };
  const pause = createPause(POLL_MS);
  while (!(await hasStarted(deps, input, startCommand).catch(refuseLate))) {
    if (isLate()) {
      const message = sayHostNotReachable(instanceId, startCommand);
      throw ApplicationFailure.nonRetryable(message, 'HostNotReachable');
    }
    heartbeat({
      instanceId,
      waiting: 'SSM',
    });
    await pause();
  }
}

/** What starts a stack's containers, or all but some. */
export function writeStart({ except = [], ...place }: InputOf<'startStack'>): string {
  if (except.length === 0) return compose(place, 'up -d');
  const others = except.map((service) => `-e ${quoted(service)}`).join(' ');
  // all others are named: without --no-deps Compose starts what they depend on too, which may be one of the excepted
  const starts = listProjects(place).map(
    (project) =>
      `all=$(${project} config --services) && services=$(printf '%s\\n' "$all" | grep -vxF ${others} || true) && ` +
      `{ [ -z "$services" ] || ${project} up -d --no-deps $services; }`,
  );
  return starts.join(' && ');
}

/** false: SSM does not see the host. */
async function hasStarted(
  deps: Deps,
  { instanceId, timeoutMs }: InputOf<'startStack'>,
  startCommand: string,
): Promise<boolean> {
  try {
    // a stop whose activity was aborted goes on: what starts before it ends is stopped again
    await awaitScripts(deps, instanceId, [STOP]);
    await runScriptWell(deps, instanceId, 'docker compose up', startCommand, Math.ceil(timeoutMs / 1000));
    return true;
  } catch (error) {
    if (isAws(error, 'InvalidInstanceId')) return false;
    throw error;
  }
}

/**
 * Waits until the host serves as it did. A container that ran once and has ended, as one
 * that only prepares does, is none of `services`.
 * @throws ApplicationFailure of type HostNotHealthy, final, naming what is not well
 */
export async function awaitHost(deps: Deps, input: InputOf<'awaitHost'>): Promise<void> {
  const { instanceId, timeoutMs } = input;
  const began = Date.now();
  const pause = createPause(POLL_MS);
  for (;;) {
    const problem = await findHostProblem(deps, input);
    if (problem === undefined) return;
    if (Date.now() - began > timeoutMs) {
      const message = sayHostNotHealthy(instanceId, problem);
      throw ApplicationFailure.nonRetryable(message, 'HostNotHealthy');
    }
    heartbeat({
      instanceId,
      why: problem,
    });
    await pause();
  }
}

/** Why a host does not serve; undefined: it does. */
async function findHostProblem(deps: Deps, request: HostHealthRequest): Promise<string | undefined> {
  const { instanceId, services, records = [] } = request;
  const { containers, failure } = await tryListContainers(deps, request, { all: true });
  if (failure) return failure.error.trim();
  const isWanted = ({ Service }: Container) => !services || services.includes(Service);
  const wanted = containers.filter(isWanted);
  if (wanted.length === 0) return 'no containers';
  const down = wanted.filter((container) => !isServing(container));
  const states = down.map(({ Service, State }) => `${Service} ${State}`);
  if (states.length > 0) return states.join(', ');
  const unanswered = await findUnansweredRecords(deps, instanceId, records);
  return unanswered.length > 0 ? unanswered.join(', ') : undefined;
}

/** A container without a health check serves as soon as it runs. */
function isServing({ State, Health }: Container): boolean {
  const isUnwell = Health === 'unhealthy' || Health === 'starting';
  return State === 'running' && !isUnwell;
}

/**
 * What users of these names would not get on the host itself: no answer, or a proxy's 5xx
 * while its backend starts.
 */
async function findUnansweredRecords(deps: Deps, instanceId: string, records: HostRecord[]): Promise<string[]> {
  const asked = records.filter(({ protocol }) => HTTP.includes(protocol));
  if (asked.length === 0) return [];
  const script = asked.map((record) => printStatusCommand(record, '/')).join('\n');
  const { output } = await runScript(deps, instanceId, 'does the host answer', script);
  const codes = output.split('\n').map((line) => line.trim());
  const unanswered: string[] = [];
  for (const [index, { name }] of asked.entries()) {
    const code = codes[index];
    if (code === undefined || ANSWERED.test(code)) continue;
    unanswered.push(sayRecordUnanswered(name, code));
  }
  return unanswered;
}

/** A line of shell that prints the HTTP status of a name's path as the host answers it. */
export function printStatusCommand({ name, protocol, port }: HostRecord, path: string): string {
  const url = `${protocol}://127.0.0.1:${port}${path}`;
  const curl = `curl -k -s -o /dev/null -m 5 -w '%{http_code}' -H ${quoted(`Host: ${name}`)} ${asWord(url)}`;
  return `echo "$(${curl})"`;
}
