import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, print } from './output';

export function registerPreflight(program: Command): void {
  addCommand(program, {
    usage: 'preflight',
    description: 'look at the account, changing nothing',
    example: 'preflight -f migration.yaml',
  })
    .option(...FILE_OPTION)
    .option(...JSON_OPTION)
    .action(exitWith(preflight));
}

/** Looks at the account as the workflow's first phase does; needs AWS and no Temporal. */
async function preflight({ file, json }: PlanFileOptions): Promise<number> {
  const { loadPlan } = await import('./plan-file.js');
  const { askAccount } = await import('./account.js');
  const { describeFindings } = await import('./results.js');
  const plan = loadPlan(file);
  const findings = await askAccount(plan);
  print(json, { findings }, describeFindings(file, findings));
  const hasFailed = findings.some(({ level }) => level === 'fail');
  return hasFailed ? EXIT.failed : EXIT.done;
}
