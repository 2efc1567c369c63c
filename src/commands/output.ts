/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  badInput: 2,
  rolledBack: 3,
  rollbackIncomplete: 4,
  interrupted: 130,
} as const;

/** A failure that is a sentence for an operator; `exitCode` is the process's. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number = EXIT.failed;
}

/** What is wrong, and the way out of it. */
export interface Complaint {
  problem: string;
  fix: string;
}

/** `PROBLEM; FIX` */
export function sentenceOf({ problem, fix }: Complaint): string {
  return `${problem}; ${fix}`;
}

/** What was typed, or a file that was named, is not what the command takes. */
export class InputError extends CommandError {
  override readonly name = 'InputError';
  override readonly exitCode = EXIT.badInput;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(sentenceOf(complaint), options);
  }
}

/** The exit code for whatever a command threw; a plan's errors go by their name, since their class loads the schema. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  return isPlanError(error) ? EXIT.badInput : EXIT.failed;
}

/** Whether it lists a plan's problems, each with its own file and line. */
export function isPlanError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'PlanError';
}

/** Results go to stdout: lines for people, one document with `--json`. */
export function print(json: boolean | undefined, document: unknown, lines: string[]): void {
  const text = json ? JSON.stringify(document, null, 2) : lines.join('\n');
  process.stdout.write(`${text}\n`);
}
