import {
  GetCommandInvocationCommand,
  paginateListCommandInvocations,
  SendCommandCommand,
  type CommandInvocation,
  type GetCommandInvocationCommandOutput,
} from '@aws-sdk/client-ssm';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { isAws } from '../failures';
import { createPause, heartbeat } from '../pacing';
import { collect } from '../pages';
import type { ScriptResult } from './script-result';
import { sayCommandFailed, sayCommandNotFinished } from './texts';

const POLL_MS = 500;
/** SSM cuts output here; what came before it is gone. */
export const OUTPUT_LIMIT = 24_000;
/** SSM's limit for a command's comment, in characters. */
const COMMENT_LIMIT = 100;
/**
 * Seconds in which a host's agent must take a command up: AWS's own hour is long for a
 * human who waits.
 */
const DELIVERY_S = 120;
/** Seconds that a script may run where nobody says otherwise. */
const DEFAULT_TIMEOUT_S = 600;
/** States of a command that may still do something. Source: Systems Manager, Understanding command statuses */
const UNDER_WAY: readonly string[] = ['Pending', 'Delayed', 'InProgress', 'Cancelling'];

/**
 * Runs a shell script as root on a host through SSM and waits for its end. SendCommand has
 * no client token: a command of the same purpose that still runs is joined, not repeated.
 * @param purpose at most 80 characters; stands in the command's comment
 * @returns exit code of the script's last command, with at most 24,000 characters of
 * output
 * @throws ApplicationFailure of type CommandNotFinished, retryable, where SSM gave the
 * command up
 */
export async function runScript(
  deps: Deps,
  instanceId: string,
  purpose: string,
  script: string,
  timeoutSeconds = DEFAULT_TIMEOUT_S,
): Promise<ScriptResult> {
  const comment = commentFor(purpose);
  const running = await findRunningCommand(deps, instanceId, [comment]);
  const commandId = running?.CommandId ?? (await sendCommand(deps, instanceId, comment, script, timeoutSeconds));
  const pause = createPause(POLL_MS);
  for (;;) {
    heartbeat({
      instanceId,
      purpose,
    });
    await pause();
    const invocation = await readInvocation(deps, instanceId, commandId);
    const result = invocation && resultOf(invocation, instanceId, purpose);
    if (result) return result;
  }
}

/**
 * The same where anything but exit code 0 is a failure.
 * @returns the script's output
 * @throws ApplicationFailure of type CommandFailed, retryable, with the last words of the
 * script
 */
export async function runScriptWell(
  deps: Deps,
  instanceId: string,
  purpose: string,
  script: string,
  timeoutSeconds?: number,
): Promise<string> {
  const result = await runScript(deps, instanceId, purpose, script, timeoutSeconds);
  if (result.code !== 0) {
    throw ApplicationFailure.retryable(sayCommandFailed(purpose, instanceId, result), 'CommandFailed');
  }
  return result.output;
}

/**
 * Waits until no command of these purposes runs: one whose activity was cancelled goes on
 * by itself.
 */
export async function awaitScripts(deps: Deps, instanceId: string, purposes: string[]): Promise<void> {
  const comments = purposes.map(commentFor);
  const pause = createPause(POLL_MS);
  for (;;) {
    const running = await findRunningCommand(deps, instanceId, comments);
    if (!running) return;
    heartbeat({
      instanceId,
      waiting: running.Comment,
    });
    await pause();
  }
}

function commentFor(purpose: string): string {
  return `lgtm-migrate: ${purpose}`.slice(0, COMMENT_LIMIT);
}

async function findRunningCommand(
  deps: Deps,
  instanceId: string,
  comments: string[],
): Promise<CommandInvocation | undefined> {
  const { ssm } = deps.clients;
  const CommandInvocations = await collect(
    paginateListCommandInvocations({ client: ssm }, { InstanceId: instanceId }),
    (page) => page.CommandInvocations,
  );
  return CommandInvocations.find(
    ({ Comment, Status }) => comments.includes(Comment ?? '') && UNDER_WAY.includes(Status ?? ''),
  );
}

async function sendCommand(
  deps: Deps,
  instanceId: string,
  comment: string,
  script: string,
  timeoutSeconds: number,
): Promise<string> {
  const { ssm } = deps.clients;
  const { Command } = await ssm.send(
    new SendCommandCommand({
      InstanceIds: [instanceId],
      DocumentName: 'AWS-RunShellScript',
      Comment: comment,
      TimeoutSeconds: DELIVERY_S,
      Parameters: {
        commands: script.split('\n'),
        executionTimeout: [String(timeoutSeconds)],
      },
    }),
  );
  return Command!.CommandId!;
}

/** undefined: for a moment after SendCommand the invocation is not known yet. */
async function readInvocation(
  deps: Deps,
  instanceId: string,
  commandId: string,
): Promise<GetCommandInvocationCommandOutput | undefined> {
  const { ssm } = deps.clients;
  try {
    return await ssm.send(
      new GetCommandInvocationCommand({
        CommandId: commandId,
        InstanceId: instanceId,
      }),
    );
  } catch (error) {
    if (isAws(error, 'InvocationDoesNotExist')) return undefined;
    throw error;
  }
}

/** undefined: it still runs. */
function resultOf(
  outcome: GetCommandInvocationCommandOutput,
  instanceId: string,
  purpose: string,
): ScriptResult | undefined {
  const { Status = '', ResponseCode = -1, StandardOutputContent = '', StandardErrorContent = '' } = outcome;
  switch (Status) {
    case 'Success':
    case 'Failed':
      return {
        code: ResponseCode,
        output: StandardOutputContent,
        error: StandardErrorContent,
      };
    case 'TimedOut':
    case 'Cancelled': {
      const message = sayCommandNotFinished(purpose, instanceId, Status, StandardErrorContent);
      throw ApplicationFailure.retryable(message, 'CommandNotFinished');
    }
    default:
      return undefined;
  }
}
