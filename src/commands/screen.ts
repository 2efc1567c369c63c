import pc from 'picocolors';

const CLEAR_LINE = '\x1b[K';
const HOME = '\x1b[H';
const CLEAR_BELOW = '\x1b[J';

/** Colours by the icon that says the same; nothing is said by colour alone. */
function coloured(line: string): string {
  return line
    .replace(/[✔▶◌‖✖!?↩](?= )/gu, (icon) =>
      icon === '✔'
        ? pc.green(icon)
        : icon === '✖' || icon === '!'
          ? pc.red(icon)
          : icon === '◌' || icon === '▶'
            ? pc.cyan(icon)
            : pc.yellow(icon),
    )
    .replace(/^(next:)/, pc.bold('$1'));
}

/** Cuts a line where the terminal ends; a wrapped one would break the redraw. */
function cut(line: string, columns: number): string {
  const letters = [...line];
  return letters.length > columns ? `${letters.slice(0, columns - 1).join('')}…` : line;
}

/** A phase or an undo that is over, or whose time has not come. */
const SETTLED = /^(├─|│ {5})\s?[·✔–] /u;

/**
 * What fits a low terminal: newest events, and of the view what is under way. Its first line and its last two, the way
 * back and what to type, always stay.
 */
export function fitted(lines: string[], events: string[], rows: number): string[] {
  const room = rows - 1;
  const eventRoom = Math.min(events.length, room - lines.length - 1);
  if (eventRoom > 0) return [...lines, '', ...events.slice(-eventRoom)];
  if (lines.length <= room) return lines;
  const between = lines.map((_, index) => index).slice(1, -2);
  const isSettled = (index: number) => SETTLED.test(lines[index]!);
  const order = [...between.filter(isSettled), ...between.filter((index) => !isSettled(index))];
  const gone = new Set(order.slice(0, lines.length - room + 1));
  const [first, ...others] = lines.filter((_, index) => !gone.has(index));
  return [first!, `├─ … ${gone.size} more lines in a higher terminal`, ...others];
}

/** One picture for a terminal of that size, drawn over the last one without a flicker. */
export function screen(
  lines: string[],
  events: string[],
  { columns, rows }: { columns: number; rows: number },
): string {
  const shown = fitted(lines, events, rows).map((line) => `${coloured(cut(line, columns))}${CLEAR_LINE}`);
  return `${HOME}${shown.join('\n')}\n${CLEAR_BELOW}`;
}
