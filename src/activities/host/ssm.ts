import { GetCommandInvocationCommand, ListCommandInvocationsCommand, SendCommandCommand } from '@aws-sdk/client-ssm';
import { ApplicationFailure } from '@temporalio/activity';
import type { Deps } from '../clients';
import { heartbeat, pauses } from '../pacing';
import { isAws } from '../failures';

const POLL_MS = 500;
/** SSM cuts output here; what came before it is gone. */
export const OUTPUT_LIMIT = 24_000;

/** Seconds in which a host's agent must take a command up: AWS's own hour is long for a human who waits. */
const DELIVERY_S = 120;

export interface ScriptResult {
  code: number;
  output: string;
  error: string;
}

/**
 * Runs a shell script as root on a host through SSM and waits for its end.
 * SendCommand has no client token: a command of the same purpose that still runs is joined, not repeated.
 * @param purpose at most 80 characters; stands in the command's comment
 * @returns exit code of the script's last command, with at most 24,000 characters of output
 */
export async function runScript(
  { clients: { ssm } }: Deps,
  instanceId: string,
  purpose: string,
  script: string,
  timeoutSeconds = 600,
): Promise<ScriptResult> {
  const comment = `lgtm-migrate: ${purpose}`.slice(0, 100);
  const { CommandInvocations = [] } = await ssm.send(new ListCommandInvocationsCommand({ InstanceId: instanceId }));
  const running = CommandInvocations.find(
    ({ Comment, Status }) => Comment === comment && (Status === 'InProgress' || Status === 'Pending'),
  );
  const commandId =
    running?.CommandId ??
    (
      await ssm.send(
        new SendCommandCommand({
          InstanceIds: [instanceId],
          DocumentName: 'AWS-RunShellScript',
          Comment: comment,
          TimeoutSeconds: DELIVERY_S,
          Parameters: { commands: script.split('\n'), executionTimeout: [String(timeoutSeconds)] },
        }),
      )
    ).Command!.CommandId!;
  const pause = pauses(POLL_MS);
  for (;;) {
    heartbeat({ instanceId, purpose });
    await pause();
    try {
      const {
        Status,
        ResponseCode = -1,
        StandardOutputContent = '',
        StandardErrorContent = '',
      } = await ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }));
      if (Status === 'Success' || Status === 'Failed')
        return { code: ResponseCode, output: StandardOutputContent, error: StandardErrorContent };
      if (Status === 'TimedOut' || Status === 'Cancelled')
        throw ApplicationFailure.retryable(
          `${purpose} on ${instanceId} ended ${Status}: ${StandardErrorContent}`,
          'CommandNotFinished',
        );
    } catch (error) {
      // for a moment after SendCommand the invocation is not known yet
      if (!isAws(error, 'InvocationDoesNotExist')) throw error;
    }
  }
}

/** Waits until no command of these purposes runs: one whose activity was cancelled goes on by itself. */
export async function awaitScripts({ clients: { ssm } }: Deps, instanceId: string, purposes: string[]): Promise<void> {
  const pause = pauses(POLL_MS);
  for (;;) {
    const { CommandInvocations = [] } = await ssm.send(new ListCommandInvocationsCommand({ InstanceId: instanceId }));
    const running = CommandInvocations.find(
      ({ Comment, Status }) =>
        (Status === 'InProgress' || Status === 'Pending') &&
        purposes.some((purpose) => Comment === `lgtm-migrate: ${purpose}`),
    );
    if (!running) return;
    heartbeat({ instanceId, waiting: running.Comment });
    await pause();
  }
}

/** The same where anything but exit code 0 is a failure. */
export async function runScriptWell(
  deps: Deps,
  instanceId: string,
  purpose: string,
  script: string,
  timeoutSeconds?: number,
): Promise<string> {
  const { code, output, error } = await runScript(deps, instanceId, purpose, script, timeoutSeconds);
  if (code !== 0)
    throw ApplicationFailure.retryable(
      `${purpose} on ${instanceId} exited with ${code}: ${(error || output).trim().slice(-500)}`,
      'CommandFailed',
    );
  return output;
}
