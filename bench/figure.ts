/** A figure and what it is held against. */
export interface Figure {
  what: string;
  measured: number;
  against: number;
  unit: string;
}

/** A line each, their share of what they are held against first; the process fails where one is above 1.00. */
export function printFigures(figures: Figure[]): void {
  process.stdout.write(`${figures.map(describeFigure).join('\n')}\n`);
  const worse = figures.filter(isWorse);
  if (worse.length === 0) return;
  process.stderr.write(`worse than what it is held against: ${worse.map(({ what }) => what).join('; ')}\n`);
  process.exitCode = 1;
}

const shareOf = ({ measured, against }: Figure): string => (measured / against).toFixed(2);

/** As it is printed: what reads 1.00 is held. What was not measured is no number, and not held. */
const isWorse = (figure: Figure): boolean => !(Number(shareOf(figure)) <= 1);

function describeFigure(figure: Figure): string {
  const { what, measured, against, unit } = figure;
  return `${shareOf(figure).padStart(5)}   ${measured.toFixed(1)} of ${against.toFixed(1)} ${unit}   ${what}`;
}
