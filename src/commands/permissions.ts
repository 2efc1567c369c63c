import { Option, type Command } from 'commander';
import { PURPOSES, type Purpose } from '../activities/permissions/need';
import { addCommand, exitWith, FILE_OPTION } from './command';
import { EXIT } from './output';

interface PermissionsOptions {
  file: string;
  for: Purpose;
}

export function registerPermissions(program: Command): void {
  addCommand(program, {
    usage: 'permissions',
    description: 'print the IAM policies that a plan needs, and nothing more than it needs',
    example: 'permissions -f migration.yaml --for worker',
  })
    .option(...FILE_OPTION)
    .addOption(
      new Option('--for <purpose>', 'whose: who only looks, the worker, who builds images')
        .choices(PURPOSES)
        .default('worker'),
    )
    .action(exitWith(printPermissions));
}

/** One JSON object: name → policy, each of a size that IAM takes. Asks nobody. */
async function printPermissions({ file, for: purpose }: PermissionsOptions): Promise<number> {
  const { loadPlan } = await import('./plan-file.js');
  const { listNeeds } = await import('../activities/permissions/needs.js');
  const { writePolicies } = await import('../activities/permissions/policies.js');
  const plan = loadPlan(file);
  const policies = writePolicies(listNeeds(plan, purpose));
  const named = policies.map((policy, index) => [`${plan.name}-${purpose}-${index + 1}`, policy]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(named), null, 2)}\n`);
  return EXIT.done;
}
