import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Plan } from '../plan/schema';
import type { Session } from '../temporal/client';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { findUserName } from './control';
import { CommandError, EXIT, InputError, print } from './output';
import type { Recovery } from './recovery-texts';
import { nextWatch, started } from './texts';

interface RecoverOptions extends PlanFileOptions {
  dryRun?: boolean;
  yes?: boolean;
  watch?: boolean;
  by?: string;
}

export function registerRecover(program: Command): void {
  addCommand(program, {
    usage: 'recover',
    description: 'take back what a run has left that was ended from outside, by its ledger or by what stands',
    example: 'recover -f migration.yaml --dry-run',
  })
    .option(...FILE_OPTION)
    .option('--dry-run', 'say what stands and what would be taken back, and change nothing')
    .option('--yes', 'without the question')
    .option('--watch', 'and watch it to its end')
    .option('--by <who>', 'default: the user name')
    .option(...JSON_OPTION)
    .action(exitWith(recover));
}

/** Starts the way back of a run that could not go it itself; what it will do is said before. */
async function recover(options: RecoverOptions): Promise<number> {
  const { file, json = false, dryRun = false } = options;
  const { loadPlan } = await import('./plan-file.js');
  const plan = loadPlan(file);
  const { withSession } = await import('../temporal/client.js');
  return withSession(async (session) => {
    const { requireWorker } = await import('../temporal/task-queue.js');
    const { describeRecovery, nothingStands } = await import('./recovery-texts.js');
    await requireWorker(session);
    const recovery = await look(session, plan);
    const hasNothing = recovery.wayBack.length === 0;
    const lines = hasNothing ? [nothingStands(recovery)] : describeRecovery(recovery);
    if (hasNothing || dryRun || !json) print(json, documentOf(recovery), lines);
    if (recovery.obstacles.length > 0) throw new CommandError(recovery.obstacles.join('; '));
    return hasNothing || dryRun ? EXIT.done : start(session, recovery, options);
  });
}

/**
 * Looks at a stack whose run has ended, and changes nothing.
 * @throws TemporalError where one still runs, CommandError in another account
 */
async function look(session: Session, plan: Plan): Promise<Recovery> {
  const { activitiesIn, lookingOwner, requireAccount } = await import('./account.js');
  const { findLedger } = await import('../temporal/ledger.js');
  const { planRecovery } = await import('./recovery.js');
  await requireAccount(plan);
  const answer = await findLedger(session, plan.name);
  const remains = await activitiesIn(plan.region).findRemains({
    plan,
    owner: lookingOwner(plan, 'recover'),
  });
  return planRecovery(plan, answer, remains);
}

function documentOf({ name, source, standing, derived, wayBack, obstacles }: Recovery) {
  return {
    name,
    source,
    standing,
    derived,
    wayBack,
    obstacles,
  };
}

async function start(session: Session, recovery: Recovery, options: RecoverOptions): Promise<number> {
  const { json = false, watch = false, by = findUserName() } = options;
  const { NOTHING_CHANGED, reasonOf, titleOfRecovery } = await import('./recovery-texts.js');
  if (!options.yes && !(await ask())) throw new CommandError(NOTHING_CHANGED);
  const { startRun } = await import('../temporal/run.js');
  const { name } = recovery;
  const input = {
    ...recovery.input,
    reason: reasonOf(by, recovery),
  };
  const run = {
    name,
    ...(await startRun(session, 'recovery', input, titleOfRecovery(recovery))),
  };
  if (!watch) {
    print(
      json,
      {
        ...documentOf(recovery),
        ...run,
      },
      [started(run), nextWatch('recovery', name)],
    );
    return EXIT.done;
  }
  process.stderr.write(`${started(run)}\n`);
  const { followRun } = await import('./follow.js');
  return followRun(
    session,
    {
      kind: 'recovery',
      name,
    },
    {
      json,
      isNew: true,
    },
  );
}

/** @throws InputError where nobody is there to answer */
async function ask(): Promise<boolean> {
  const { nobodyCanAnswer, QUESTION } = await import('./recovery-texts.js');
  if (!process.stdin.isTTY) throw new InputError(nobodyCanAnswer());
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
  });
  try {
    const answer = await terminal.question(QUESTION);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
