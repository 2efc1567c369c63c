/** A failure that is a sentence for an operator; `code` is the process's exit code. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly code: number,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'CommandError';
  }
}

/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  badInput: 2,
  rolledBack: 3,
  rollbackIncomplete: 4,
  interrupted: 130,
} as const;

/** Results go to stdout: lines for people, one document with `--json`. */
export function print(json: boolean | undefined, document: unknown, lines: string[]): void {
  process.stdout.write(`${json ? JSON.stringify(document, null, 2) : lines.join('\n')}\n`);
}
