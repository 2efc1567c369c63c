import { COUNTED, type Result } from './campaign';
import { FAILED_TASK } from './failed-tasks';

/** A line for each kind of trial, then each difference with the command that repeats it. */
export function writeReport(results: Result[]): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const width = Math.max(...kinds.map(({ length }) => length), 0);
  const lines = kinds.map((kind) => {
    const own = results.filter((result) => result.kind === kind);
    const differing = own.filter(differs).length;
    const seconds = own.reduce((sum, result) => sum + result.seconds, 0) / own.length;
    const cells = [
      kind.padEnd(width),
      `${own.length} cases`.padStart(10),
      `${differing} differ`,
      `${seconds.toFixed(1)} s each`,
    ];
    return cells.join('  ');
  });
  const differences = results
    .filter(differs)
    .flatMap(({ name, problems, earlier = [] }) => [
      '',
      name,
      ...problems.map((problem) => `  ${problem}`),
      ...earlier.map((problem) => `  in an earlier try: ${problem}`),
      `  again: npm run chaos -- --only '${name}'`,
    ]);
  const sums = COUNTED.map((what) => `${sum(results.map(({ counts }) => counts?.[what] ?? 0))} ${what}`);
  const failed = results
    .flatMap(({ problems, earlier = [] }) => [...problems, ...earlier])
    .filter((problem) => problem.startsWith(FAILED_TASK));
  const counts = `${results.length} cases, ${results.filter(differs).length} differ`;
  const totals = [counts, ...sums, `${failed.length} workflow tasks failed`].join(', ');
  return [...lines, ...differences, '', totals].join('\n');
}

const sum = (numbers: number[]): number => numbers.reduce((all, each) => all + each, 0);

/** Now, or in an earlier try of the same campaign: a difference that comes and goes is one. */
export const differs = ({ problems, earlier = [] }: Result): boolean => problems.length + earlier.length > 0;
