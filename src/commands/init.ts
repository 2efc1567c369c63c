import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import { EXIT, InputError, print } from './output';
import { addStackOptions, STACK_EXAMPLE, type StackOptions } from './stack-options';
import { fileIsThere, nextPreflight, WHY_INGEST, wrote } from './texts';

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

/** Writes a plan file with what can't be defaulted, an ingest, and counts that it advises; all else is the plan document's. */
async function init({ file, force, json, ...stack }: InitOptions): Promise<number> {
  if (existsSync(file) && !force) throw new InputError(fileIsThere(file, 'give -f another name'));
  const text = await planText(stack);
  const { parsePlan } = await import('../plan/loader.js');
  const plan = parsePlan(text, file);
  writeFileSync(file, text);
  print(
    json,
    {
      file,
      plan,
    },
    [wrote(file), nextPreflight(file)],
  );
  return EXIT.done;
}

async function planText(stack: StackOptions): Promise<string> {
  const { Document } = await import('yaml');
  const { COUNTS_OF_NEW_STACK } = await import('../plan/defaults.js');
  const { name, domain, hostedZone, certificate, instance, composeDirectory } = stack;
  const source = {
    instances: instance,
    composeDirectory,
  };
  const document = new Document({
    name,
    domain,
    hostedZone,
    certificate,
    source,
  });
  const ingest = document.createPair('ingest', {});
  ingest.key.commentBefore = ` ${WHY_INGEST}`;
  document.add(ingest);
  for (const [service, { count, why }] of Object.entries(COUNTS_OF_NEW_STACK)) {
    const settings = document.createNode({ count });
    settings.commentBefore = ` ${why}`;
    document.setIn(['services', service], settings);
  }
  return String(document);
}
