import pc from 'picocolors';

const CLEAR_LINE = '\x1b[K';
const HOME = '\x1b[H';
const CLEAR_BELOW = '\x1b[J';

/** Colours by the icon that says the same; nothing is said by colour alone. */
function coloured(line: string): string {
  return line.replace(/[✔▶◌‖✖!?↩](?= )/gu, (icon) => (icon === '✔' ? pc.green(icon) : icon === '✖' || icon === '!' ? pc.red(icon) : icon === '◌' || icon === '▶' ? pc.cyan(icon) : pc.yellow(icon)))
    .replace(/^(next:)/, pc.bold('$1'));
}

/** Cuts a line where the terminal ends; a wrapped one would break the redraw. */
function cut(line: string, columns: number): string {
  const letters = [...line];
  return letters.length > columns ? `${letters.slice(0, columns - 1).join('')}…` : line;
}

/** One picture for a terminal of that size, drawn over the last one without a flicker. */
export function screen(lines: string[], { columns, rows }: { columns: number; rows: number }): string {
  const shown = lines.slice(0, rows - 1).map((line) => `${coloured(cut(line, columns))}${CLEAR_LINE}`);
  return `${HOME}${shown.join('\n')}\n${CLEAR_BELOW}`;
}
