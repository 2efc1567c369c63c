/** Where something was read: a file, relative to the imported folder, and its line, counted from 1. */
export interface Place {
  file: string;
  line: number;
}

/** A value and the place that it was read from. */
export interface Sourced<T> extends Place {
  value: T;
}

/** `file:line`, as reports and errors write it. */
export function formatPlace({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** For sort: by file, then by line. */
export function comparePlaces(a: Place, b: Place): number {
  return a.file.localeCompare(b.file) || a.line - b.line;
}
