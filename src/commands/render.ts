import { mkdirSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Duties } from '../plan/definition';
import { addCommand, exitWith, FILE_OPTION, JSON_OPTION, type PlanFileOptions } from './command';
import type { DefinitionFile } from './definition-files';
import { EXIT, InputError, print } from './output';
import { unknownDuties } from './texts';

interface RenderOptions extends PlanFileOptions {
  output: string;
  /** a file, or `live`: ask the account */
  resolved?: string;
  duties: string;
}

export function registerRender(program: Command): void {
  addCommand(program, {
    usage: 'render',
    description: 'write the task definitions that the workflow registers',
    example: 'render -f migration.yaml --resolved live',
  })
    .option(...FILE_OPTION)
    .option('-o, --output <folder>', 'where to', 'task-definitions')
    .option('--resolved <file|live>', 'digests and ARNs: from a JSON file, or asked of the account')
    .option('--duties <on|off>', 'off: as deployed; on: once the hosts have stopped', 'off')
    .option(...JSON_OPTION)
    .action(exitWith(render));
}

/**
 * Writes the task definitions that the workflow would register, a file each. Without `--resolved` it needs
 * neither AWS nor Temporal: an image stands by the tag of its content, a secret by its ARN without suffix.
 */
async function render(options: RenderOptions): Promise<number> {
  const { file, output, resolved, json } = options;
  const duties = readDuties(options.duties);
  const { loadPlan } = await import('./plan-file.js');
  const { chooseAccount, readResolved } = await import('./resolved.js');
  const { makeDefinitionFiles, namesLeftOpen } = await import('./definition-files.js');
  const { describeRendering } = await import('./results.js');

  const plan = loadPlan(file);
  const known = await readResolved(resolved, plan);
  const account = chooseAccount(file, plan, known, resolved);
  const files = await makeDefinitionFiles({
    plan,
    planFile: file,
    account,
    known,
    duties,
    folder: output,
  });
  writeFiles(output, files);
  const open = namesLeftOpen(plan, known);
  const document = {
    account,
    duties,
    files,
    open,
  };
  print(json, document, describeRendering(files, duties, open));
  return EXIT.done;
}

function readDuties(word: string): Duties {
  if (word === 'on' || word === 'off') return word;
  throw new InputError(unknownDuties(word));
}

function writeFiles(folder: string, files: DefinitionFile[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { path, definition } of files) {
    const text = JSON.stringify(definition, null, 2);
    writeFileSync(path, `${text}\n`);
  }
}
