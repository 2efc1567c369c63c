/** Where something was read: a file, relative to the imported folder, and its line, counted from 1. */
export interface Place {
  file: string;
  line: number;
}

/** A value and where it stands. */
export interface Found<T> extends Place {
  value: T;
}

/** Something that can't be read. */
export interface Problem extends Place {
  message: string;
}

/** What the move would break or change. `id` is `<service>/<check>`, the name by which it can be accepted. */
export interface Finding extends Place {
  id: string;
  level: 'warn' | 'fail';
  message: string;
  /** the way out */
  fix: string;
}

/** Everything in a folder that can't be read, a line each: file:line and what. */
export class ImportError extends Error {
  readonly problems: string[];

  constructor(problems: Problem[]) {
    const sorted = [...problems].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
    const lines = [...new Set(sorted.map(({ file, line, message }) => `${file}:${line}  ${message}`))];
    super(lines.join('\n'));
    this.name = 'ImportError';
    this.problems = lines;
  }
}
