import { comparePlaces, type Place } from './place';

export interface FindingText {
  message: string;
  /** the way out */
  fix: string;
}

/** What the move would break (`fail`) or change (`warn`). */
export interface ImportFinding extends Place, FindingText {
  /** `<service>/<check>`: the name by which a failure is accepted */
  id: string;
  level: 'warn' | 'fail';
}

/** A finding that no plan is written with, unless it is accepted by its id. */
export function fail(id: string, { file, line }: Place, text: FindingText): ImportFinding {
  return { id, level: 'fail', file, line, ...text };
}

/** A finding that a person should know of. */
export function warn(id: string, { file, line }: Place, text: FindingText): ImportFinding {
  return { id, level: 'warn', file, line, ...text };
}

/** For sort: failures first, then by place. */
export function compareFindings(a: ImportFinding, b: ImportFinding): number {
  return a.level.localeCompare(b.level) || comparePlaces(a, b);
}
