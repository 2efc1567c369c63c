/** A figure and what it is held against. */
export interface Figure {
  what: string;
  measured: number;
  against: number;
  unit: string;
}

/** A line each, their share of what they are held against first. */
export function printFigures(figures: Figure[]): void {
  const lines = figures.map(({ what, measured, against, unit }) => {
    const share = (measured / against).toFixed(2).padStart(5);
    return `${share}   ${measured.toFixed(1)} of ${against.toFixed(1)} ${unit}   ${what}`;
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}
