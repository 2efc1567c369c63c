#!/usr/bin/env -S node --
// without the dashes Node 20 takes --env-file of `import` for its own: https://github.com/nodejs/node/issues/54232
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { exampleOf, PROGRAM, type Registration } from './commands/command';
import { registerControl } from './commands/control';
import { registerDeploy } from './commands/deploy';
import { registerImages } from './commands/images';
import { registerImport } from './commands/import';
import { registerInit } from './commands/init';
import { EXIT, exitCodeOf, isPlanError } from './commands/output';
import { registerPermissions } from './commands/permissions';
import { registerPreflight } from './commands/preflight';
import { registerRecover } from './commands/recover';
import { registerRender } from './commands/render';
import { registerReplay } from './commands/replay';
import { registerSenders } from './commands/senders';
import { registerStart } from './commands/start';
import { registerStatus } from './commands/status';
import { registerValidate } from './commands/validate';
import { registerWatch } from './commands/watch';
import { registerWorker } from './commands/worker';
import { messageOf } from './temporal/errors';

/** Every verb, in the order of the help. Their files load what speaks to AWS or Temporal only when they are called. */
const COMMANDS: Registration[] = [
  registerInit,
  registerImport,
  registerValidate,
  registerPermissions,
  registerPreflight,
  registerSenders,
  registerImages,
  registerRender,
  registerStart,
  registerWatch,
  registerStatus,
  registerControl,
  registerRecover,
  registerDeploy,
  registerWorker,
  registerReplay,
];

/** Of the package that this file came with. */
function readVersion(): string {
  const text = readFileSync(join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The program with all its commands. @throws CommanderError, when it parses, instead of ending the process */
export function createProgram(): Command {
  const program = new Command(PROGRAM)
    .description('Moves a live LGTM stack from Docker Compose on EC2 to ECS Fargate, and back.')
    .version(readVersion(), '--version', 'the version of this package')
    .addHelpText('after', exampleOf('start -f migration.yaml --watch'))
    // what stands behind a command is that command's
    .enablePositionalOptions()
    .exitOverride();
  for (const register of COMMANDS) register(program);
  return program;
}

/** Turns what was thrown into a sentence on stderr and an exit code. */
function reportError(error: unknown): number {
  // commander has written its own sentence; help and version end by an error too
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  const message = messageOf(error);
  process.stderr.write(isPlanError(error) ? `${message}\n` : `${PROGRAM}: ${message}\n`);
  return exitCodeOf(error);
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

if (require.main === module) void main();
