import type { Command } from 'commander';

/** Adds a verb to the program: its words, options, example and what it does. */
export type Registration = (program: Command) => void;

export interface JsonOption {
  json?: boolean;
}

/** What a command that reads a plan takes. */
export interface PlanFileOptions extends JsonOption {
  file: string;
}

export const FILE_OPTION = ['-f, --file <file>', 'the plan file', 'migration.yaml'] as const;
export const JSON_OPTION = ['--json', 'one JSON document on stdout'] as const;

export const PROGRAM = 'lgtm-migrate';

/** What help says of a command. */
interface CommandWords {
  /** its name and arguments */
  usage: string;
  description: string;
  /** what one types, after the program's name */
  example: string;
}

/** Adds a command that has an example, as each of ours has. */
export function addCommand(parent: Command, { usage, description, example }: CommandWords): Command {
  return parent.command(usage).description(description).addHelpText('after', exampleOf(example));
}

/** The text that help ends with. */
export function exampleOf(words: string): string {
  return `\nExample:\n  ${PROGRAM} ${words}`;
}

/** An action that sets the process's exit code to what it answers. */
export function exitWith<Args extends unknown[]>(run: (...args: Args) => Promise<number>) {
  return async (...args: Args): Promise<void> => {
    process.exitCode = await run(...args);
  };
}
