import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ApplicationFailure } from '@temporalio/activity';
import { heartbeat } from '../pacing';
import { buildFailed, noBuilder } from './texts';

/** What of a failed build stands in its error. */
const TAIL_LINES = 15;

/** One call of a builder's command line; `task` says what it does: `push <image>`. */
export interface BuilderCall {
  builder: string;
  environment: NodeJS.ProcessEnv;
  task: string;
  args: string[];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Runs a builder with its newest line in the heartbeat.
 * @throws NoBuilder where it is not installed, BuildFailed with its last lines
 */
export async function runBuilder({ builder, environment, task, args }: BuilderCall): Promise<void> {
  const child = spawn(builder, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  collectLines(child, lines, () =>
    heartbeat({
      what: task,
      last: lines.at(-1) ?? '',
    }),
  );
  const exitCode = await waitForExit(child, builder);
  if (exitCode === 0) return;
  throw ApplicationFailure.nonRetryable(buildFailed(builder, task, exitCode, lines), 'BuildFailed');
}

/** Keeps the last lines that are not empty. */
function collectLines(child: Child, lines: string[], onLines: () => void): void {
  const collect = (chunk: Buffer) => {
    const printed = chunk.toString().split('\n');
    lines.push(...printed.filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - TAIL_LINES);
    onLines();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
}

async function waitForExit(child: Child, builder: string): Promise<number | null> {
  try {
    // `close`, not `exit`: all of its output has been read by then
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return exitCode;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw ApplicationFailure.nonRetryable(noBuilder(builder, reason), 'NoBuilder');
  }
}
