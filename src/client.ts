#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import type { ImportOptions } from './commands/import';
import type { InitOptions } from './commands/init';
import { CommandError, EXIT } from './commands/output';
import type { RenderOptions } from './commands/render';
import { PlanError } from './plan/loader';
import { VERB_NAMES, VERBS } from './contract/verbs';

interface Json {
  json?: boolean;
}

interface Plan extends Json {
  file: string;
}

/** Sets the exit code of what a command answers. Each verb loads its own file: what speaks to AWS takes half a second. */
const exits =
  <A extends unknown[]>(run: (...args: A) => Promise<number>) =>
  async (...args: A) => {
    process.exitCode = await run(...args);
  };

function program(): Command {
  const cli = new Command('lgtm-migrate')
    .description('Moves a live LGTM stack from Docker Compose on EC2 to ECS Fargate, and back.')
    .exitOverride();
  const fileOption = ['-f, --file <file>', 'the plan file', 'migration.yaml'] as const;
  const jsonOption = ['--json', 'one JSON document on stdout'] as const;
  const imagesCommand = cli.command('images').description('build, push and verify the images of a plan');
  cli
    .command('init')
    .description('write a plan file')
    .option(...fileOption)
    .requiredOption('--name <name>', 'of the stack')
    .requiredOption('--domain <domain>', 'e.g. example.com')
    .requiredOption('--hosted-zone <id>', 'of the domain')
    .requiredOption('--certificate <arn>', 'in ACM')
    .requiredOption('--instance <ids...>', 'the EC2 hosts')
    .requiredOption('--compose-directory <path>', 'on the hosts')
    .option('--force', 'write over the file')
    .option(...jsonOption)
    .action(exits(async (options: InitOptions) => (await import('./commands/init.js')).init(options)));
  cli
    .command('import <folder>')
    .description('read a Compose stack, and write a plan and a report')
    .option('-o, --output <file>', 'the plan file', 'migration.yaml')
    .option('--report <file>', 'the report, in Markdown; default: stdout')
    .requiredOption('--name <name>', 'of the stack')
    .requiredOption('--domain <domain>', 'e.g. example.com')
    .requiredOption('--hosted-zone <id>', 'of the domain')
    .requiredOption('--certificate <arn>', 'in ACM')
    .requiredOption('--instance <ids...>', 'the EC2 hosts')
    .requiredOption('--compose-directory <path>', 'of the folder on the hosts')
    .option('--accept <findings...>', 'what may break, by name, e.g. mimir/filesystem')
    .option('--grafana-efs <id>', "EFS file system that Grafana's SQLite moves to")
    .option('--offline', 'do not ask the hosts')
    .option('--force', 'write over the files')
    .option(...jsonOption)
    .action(
      exits(async (folder: string, options: ImportOptions) =>
        (await import('./commands/import.js')).importFolder(folder, options),
      ),
    );
  cli
    .command('validate')
    .description('check a plan file')
    .option(...fileOption)
    .option(...jsonOption)
    .action(exits(async (options: Plan) => (await import('./commands/validate.js')).validate(options)));
  cli
    .command('preflight')
    .description('look at the account, changing nothing')
    .option(...fileOption)
    .option(...jsonOption)
    .action(exits(async (options: Plan) => (await import('./commands/preflight.js')).preflight(options)));
  for (const [verb, what] of [
    ['build', 'build the images on this host'],
    ['push', 'build and push what ECR does not hold'],
    ['verify', 'whether ECR holds the images of the folders as they are'],
  ] as const) {
    imagesCommand
      .command(verb)
      .description(what)
      .option(...fileOption)
      .option(...jsonOption)
      .action(exits(async (options: Plan) => (await import('./commands/images.js')).images(verb, options)));
  }
  cli
    .command('render')
    .description('write the task definitions that the workflow registers')
    .option(...fileOption)
    .option('-o, --output <folder>', 'where to', 'task-definitions')
    .option('--resolved <file|live>', 'digests and ARNs: from a JSON file, or asked of the account')
    .option('--duties <on|off>', 'off: as deployed; on: once the hosts have stopped', 'off')
    .option(...jsonOption)
    .action(exits(async (options: RenderOptions) => (await import('./commands/render.js')).render(options)));
  cli
    .command('start')
    .description('start a migration')
    .option(...fileOption)
    .option('--watch', 'and watch it to its end')
    .option(...jsonOption)
    .action(exits(async (options: Plan & { watch?: boolean }) => (await import('./commands/start.js')).start(options)));
  cli
    .command('watch <name>')
    .description('watch a migration to its end')
    .option(...jsonOption)
    .action(exits(async (name: string, options: Json) => (await import('./commands/watch.js')).watch(name, options)));
  cli
    .command('status <name>')
    .description('where a migration stands')
    .option(...jsonOption)
    .action(exits(async (name: string, options: Json) => (await import('./commands/status.js')).status(name, options)));
  for (const verb of VERB_NAMES) {
    cli
      .command(`${verb} <name>`)
      .description(VERBS[verb])
      .option('--reason <text>', 'why, for the record')
      .option('--by <who>', 'default: the user name')
      .option('--step <weight>', 'refuse if it is at another weight')
      .option(...jsonOption)
      .action(
        exits(async (name: string, options: Json & { reason?: string; by?: string; step?: string }) =>
          (await import('./commands/control.js')).control(verb, name, options),
        ),
      );
  }
  cli
    .command('worker')
    .description('run a worker')
    .option('--images', 'build images too: on a host with Docker or Buildah')
    .action(async (options: { images?: boolean }) => {
      const { worker } = await import('./commands/worker.js');
      await worker(options);
    });
  return cli;
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    } else if (error instanceof PlanError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT.badInput;
    } else {
      process.stderr.write(`lgtm-migrate: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = error instanceof CommandError ? error.code : EXIT.failed;
    }
  }
}

void main();
