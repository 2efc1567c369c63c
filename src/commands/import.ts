import { existsSync, statSync, writeFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { addCommand, exitWith, JSON_OPTION } from './command';
import type { ImportOptions } from './import-options';
import { EXIT, InputError, print } from './output';
import { addStackOptions, STACK_EXAMPLE } from './stack-options';
import { fileIsThere, isInFolder, isNoFolder } from './texts';

export function registerImport(program: Command): void {
  const command = addCommand(program, {
    usage: 'import <folder>',
    description: 'read a Compose stack, and write a plan, its images and a report',
    example: `import LGTM_PRD/ ${STACK_EXAMPLE}`,
  })
    .option('-o, --output <file>', 'the plan file', 'migration.yaml')
    .option('--report <file>', 'the report, in Markdown; default: stdout');
  addStackOptions(command)
    .option('--accept <findings...>', 'what may break, by name, e.g. mimir/filesystem')
    .option('--compose-file <files...>', 'Compose files of one project, in the folder; default: as docker compose')
    .option('--env-file <files...>', 'in the place of .env')
    .option('--profile <names...>', 'active profiles beside those of COMPOSE_PROFILES; * is all')
    .option('--grafana-efs <id>', "EFS file system that Grafana's SQLite moves to")
    .option('--offline', 'do not ask the hosts')
    .option('--force', 'write over the files')
    .option(...JSON_OPTION)
    .action(exitWith(importFolder));
}

/**
 * Reads a folder of Compose files and configuration, and what runs on its hosts, and writes a plan and a report.
 * With a finding that would break the move no plan is written, unless it is accepted by its name.
 */
async function importFolder(folder: string, options: ImportOptions): Promise<number> {
  requireFolder(folder);
  requireFreePlaces(folder, options);
  const { inspectFolder, nameContext } = await import('./inspection.js');
  const { writeImages } = await import('../import/images/write.js');
  const { makeReport } = await import('./report.js');
  const { describeInspection } = await import('./results.js');

  const { output, report, json } = options;
  const inspection = await inspectFolder(folder, options);
  const { plan } = inspection;
  const hasPlan = plan !== undefined;
  if (hasPlan) writeFileSync(output, plan);
  const context = nameContext(options);
  const written = hasPlan ? writeImages(context, inspection.images) : [];
  const { document, markdown } = makeReport(inspection, output, written);
  if (report) writeFileSync(report, markdown);
  const lines = describeInspection(
    inspection,
    output,
    report,
    hasPlan
      ? {
          context,
          written,
        }
      : undefined,
  );
  print(json, document, report ? lines : [markdown, ...lines]);
  return hasPlan ? EXIT.done : EXIT.failed;
}

function requireFolder(path: string): void {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (!isFolder) throw new InputError(isNoFolder(path));
}

/** Neither file may lie in the folder, which import does not change, nor be there already without `--force`. */
function requireFreePlaces(folder: string, options: ImportOptions): void {
  const { output, report, force } = options;
  const files = [output, report].filter((file) => file !== undefined);
  const inFolder = resolve(folder) + sep;
  for (const file of files) {
    const isInside = resolve(file).startsWith(inFolder);
    if (isInside) throw new InputError(isInFolder(file, folder));
    const isTaken = existsSync(file) && !force;
    if (isTaken) throw new InputError(fileIsThere(file, 'name another file'));
  }
}
