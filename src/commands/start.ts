import type { Command } from 'commander';
import type { Plan } from '../plan/schema';
import type { Session } from '../temporal/client';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, print } from './output';
import { nextWatch, started, titleOf } from './texts';

interface StartOptions extends PlanFileOptions {
  watch?: boolean;
}

export function registerStart(program: Command): void {
  addCommand(program, {
    usage: 'start',
    description: 'start a migration',
    example: 'start -f migration.yaml --watch',
  })
    .option(...FILE_OPTION)
    .option('--watch', 'and watch it to its end')
    .option(...JSON_OPTION)
    .action(exitWith(start));
}

/** Starts the migration of a plan; one stack has one workflow id, so that a second start can't be. */
async function start({ file, watch = false, json = false }: StartOptions): Promise<number> {
  const { loadPlan } = await import('./plan-file.js');
  const plan = loadPlan(file);
  const { withSession } = await import('../temporal/client.js');
  return withSession(async (session) => {
    const run = await startWhereWorkersPoll(session, plan);
    if (!watch) {
      print(json, run, [started(run), nextWatch('migration', run.name)]);
      return EXIT.done;
    }
    process.stderr.write(`${started(run)}\n`);
    const { followRun } = await import('./follow.js');
    return followRun(
      session,
      {
        kind: 'migration',
        name: plan.name,
      },
      {
        json,
        isNew: true,
      },
    );
  });
}

async function startWhereWorkersPoll(session: Session, plan: Plan) {
  const { requireBuildWorker, requireWorker } = await import('../temporal/task-queue.js');
  const { startRun } = await import('../temporal/run.js');
  await requireWorker(session);
  if (plan.images.builder !== 'none') await requireBuildWorker(session);
  const run = await startRun(session, 'migration', { plan }, titleOf(plan));
  return {
    name: plan.name,
    ...run,
  };
}
