import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Phase, Status, Waiting } from '../contract/status';
import type { Session } from '../temporal/client';
import type { RunName } from '../temporal/run';
import { addCommand, exitWith, JSON_OPTION, type JsonOption } from './command';
import { CommandError, EXIT, InputError, print } from './output';
import { deploymentReached, endedBefore, unknownGoal } from './texts';

const LOOK_MS = 1000;
/** A worker or a server that is being replaced is back by then. */
const LONGEST_SILENCE_MS = 10 * 60_000;

/** What one can wait for, and the phase that ends with it; the last: that it has ended well. */
const GOALS: Record<string, Phase | null> = {
  updated: 'update',
  steady: 'steady',
  verified: null,
};

interface WaitOptions extends JsonOption {
  for: string;
  run?: string;
}

export function registerDeployWait(parent: Command): void {
  addCommand(parent, {
    usage: 'wait <name>',
    description: 'wait until a deployment is that far, or fail with it',
    example: 'deploy wait lgtm-prd --for steady',
  })
    .requiredOption('--for <goal>', Object.keys(GOALS).join(', '))
    .option('--run <id>', 'that run; default: the newest')
    .option(...JSON_OPTION)
    .action(exitWith(wait));
}

/** Ending this changes nothing: the deployment goes on. */
async function wait(name: string, { for: goal, run: runId, json }: WaitOptions): Promise<number> {
  if (!(goal in GOALS)) throw new InputError(unknownGoal(goal, Object.keys(GOALS)));
  const { withSession } = await import('../temporal/client.js');
  const { EXIT_CODES } = await import('./follow.js');
  const run: RunName = {
    kind: 'deployment',
    name,
    ...(runId ? { runId } : {}),
  };
  const status = await withSession((session) => waitUntil(session, run, goal));
  if (isReached(status, goal)) {
    print(json, status, [deploymentReached(name, goal)]);
    return EXIT.done;
  }
  print(json, status, []);
  process.stderr.write(`${endedBefore(status, goal)}\n`);
  return EXIT_CODES[status.outcome!];
}

async function waitUntil(session: Session, run: RunName, goal: string): Promise<Status> {
  const { look, Silence } = await import('./follow.js');
  const { waitingLines } = await import('./view.js');
  const silence = new Silence(LONGEST_SILENCE_MS);
  const standstill = new Standstill(waitingLines);
  // whoever names a run has started it, and has seen a worker
  let toleratesSilence = run.runId !== undefined;
  for (;;) {
    const live = await look(session, run, toleratesSilence ? silence : undefined);
    toleratesSilence = true;
    if (live) {
      const { status, cutOff } = live;
      if (cutOff) throw new CommandError(cutOff);
      if (status.outcome || isReached(status, goal)) return status;
      standstill.tell(status);
    }
    await sleep(LOOK_MS);
  }
}

/** What a deployment waits for, and the words that move it: told once for each thing. */
export class Standstill {
  private told = '';

  constructor(private readonly describe: (status: Status) => string[]) {}

  tell(status: Status): void {
    const waiting = nameOf(status.waitingFor);
    const isNew = waiting !== '' && waiting !== this.told;
    this.told = waiting;
    if (!isNew) return;
    const lines = this.describe(status);
    process.stderr.write(`${lines.join('\n')}\n`);
  }
}

/** The same for as long as it is the same that is waited for: a reason may have figures in it that change. */
function nameOf(waiting: Waiting | null): string {
  if (!waiting) return '';
  const { what, reason, question } = waiting;
  return [what, question?.id, reason && 'with a reason'].join();
}

function isReached({ outcome, phases }: Status, goal: string): boolean {
  if (outcome) return outcome === 'completed';
  return phases.some(({ phase, state }) => phase === GOALS[goal] && state === 'done');
}
