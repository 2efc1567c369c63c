import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, print } from './output';

export function registerValidate(program: Command): void {
  addCommand(program, {
    usage: 'validate',
    description: 'check a plan file',
    example: 'validate -f migration.yaml',
  })
    .option(...FILE_OPTION)
    .option(...JSON_OPTION)
    .action(exitWith(validate));
}

/** Checks a plan file and says what it means. */
async function validate({ file, json }: PlanFileOptions): Promise<number> {
  const { loadPlan } = await import('./plan-file.js');
  const { adviceOn } = await import('../plan/advice.js');
  const { describePlan } = await import('./results.js');
  const plan = loadPlan(file);
  const advice = adviceOn(plan);
  print(json, plan, describePlan(file, plan, advice));
  return EXIT.done;
}
