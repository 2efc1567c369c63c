import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, InputError, print } from './output';
import { addStackOptions, STACK_EXAMPLE, type StackOptions } from './stack-options';
import { fileIsThere, nextPreflight, wrote } from './texts';

interface InitOptions extends PlanFileOptions, StackOptions {
  force?: boolean;
}

export function registerInit(program: Command): void {
  const command = addCommand(program, {
    usage: 'init',
    description: 'write a plan file',
    example: `init ${STACK_EXAMPLE}`,
  }).option(...FILE_OPTION);
  addStackOptions(command)
    .option('--force', 'write over the file')
    .option(...JSON_OPTION)
    .action(exitWith(init));
}

/** Writes a plan file with what can't be defaulted; all else is the plan document's. */
async function init({ file, force, json, ...stack }: InitOptions): Promise<number> {
  if (existsSync(file) && !force) throw new InputError(fileIsThere(file, 'give -f another name'));
  const text = await planText(stack);
  const { parsePlan } = await import('../plan/loader.js');
  const plan = parsePlan(text, file);
  writeFileSync(file, text);
  print(json, { file, plan }, [wrote(file), nextPreflight(file)]);
  return EXIT.done;
}

async function planText(stack: StackOptions): Promise<string> {
  const { stringify } = await import('yaml');
  const { name, domain, hostedZone, certificate, instance, composeDirectory } = stack;
  const source = { instances: instance, composeDirectory };
  return stringify({ name, domain, hostedZone, certificate, source });
}
