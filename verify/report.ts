import type { Service } from '../lab/services';

/** How one thing stands with a program; `what` names a row of the table of stores, or a step of the trial. */
export interface Outcome {
  what: string;
  verdict: 'held' | 'differs' | 'not there';
  /** what was expected and what came; where it held, what was seen */
  note: string;
}

/** A program and how it went. */
export interface Trial {
  service: Service;
  /** absent: it was not there, or does not say */
  version?: string | undefined;
  outcomes: Outcome[];
}

const MARKS: Record<Outcome['verdict'], string> = {
  held: '✔',
  differs: '✖',
  'not there': '–',
};

/** A line for each outcome, then what was not there and how many held, for a person. */
export function writeReport(trials: Trial[]): string {
  const rows = trials.flatMap(({ service, version, outcomes }) =>
    outcomes.map(({ what, verdict, note }) => [
      MARKS[verdict],
      version === undefined ? service : `${service} ${version}`,
      what,
      verdict,
      note,
    ]),
  );
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', summarize(trials)].join('\n');
}

function summarize(trials: Trial[]): string {
  const missing = trials.filter(isMissing).map(({ service }) => service);
  const count = (verdict: Outcome['verdict']) =>
    trials.flatMap(({ outcomes }) => outcomes).filter((outcome) => outcome.verdict === verdict).length;
  const counts = `${count('held')} held, ${count('differs')} differ`;
  return missing.length > 0 ? `${counts}; not there: ${missing.join(', ')}` : counts;
}

const isMissing = ({ outcomes }: Trial): boolean => outcomes.every(({ verdict }) => verdict === 'not there');

/** Something was there, and nothing of it differs. */
export function isGood(trials: Trial[]): boolean {
  const differs = trials.some(({ outcomes }) => outcomes.some(({ verdict }) => verdict === 'differs'));
  return !differs && !trials.every(isMissing);
}
