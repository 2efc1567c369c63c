import pc from 'picocolors';

export const CLEAR_SCREEN = '\x1b[2J';
const CLEAR_LINE = '\x1b[K';
const HOME = '\x1b[H';
const CLEAR_BELOW = '\x1b[J';

/** Colours by the icon that says the same; nothing is said by colour alone. */
const COLOURS: Record<string, (text: string) => string> = {
  '✔': pc.green,
  '✖': pc.red,
  '!': pc.red,
  '◌': pc.cyan,
  '▶': pc.cyan,
  '‖': pc.yellow,
  '?': pc.yellow,
  '↩': pc.yellow,
};
const ICON = /[✔✖!◌▶‖?↩](?= )/gu;

/** A terminal's size in characters. */
interface Size {
  columns: number;
  rows: number;
}

/** One picture for a terminal of that size, drawn over the last one without a flicker. */
export function drawScreen(lines: string[], events: string[], { columns, rows }: Size): string {
  const drawn = fitLines(lines, events, rows)
    .map((line) => cutLine(line, columns))
    .map(colourLine)
    .map((line) => `${line}${CLEAR_LINE}`);
  const picture = drawn.join('\n');
  return `${HOME}${picture}\n${CLEAR_BELOW}`;
}

function colourLine(line: string): string {
  const coloured = line.replace(ICON, colourIcon);
  return coloured.replace(/^next:/, pc.bold);
}

function colourIcon(icon: string): string {
  const colour = COLOURS[icon]!;
  return colour(icon);
}

/** Cuts a line where the terminal ends; a wrapped one would break the redraw. */
function cutLine(line: string, columns: number): string {
  const letters = [...line];
  if (letters.length <= columns) return line;
  const start = letters.slice(0, columns - 1);
  return `${start.join('')}…`;
}

/**
 * What fits a low terminal: newest events, and of the view what is under way. Its first line and its last two, the way
 * back and what to type, always stay.
 */
export function fitLines(lines: string[], events: string[], rows: number): string[] {
  const room = rows - 1;
  const roomBelow = room - lines.length - 1;
  const newest = roomBelow > 0 ? events.slice(-roomBelow) : [];
  if (newest.length > 0) return [...lines, '', ...newest];
  if (lines.length <= room) return lines;
  const dropped = chooseDropped(lines, lines.length - room + 1);
  const told = `├─ … ${dropped.size} more lines in a higher terminal`;
  const kept = lines.filter((_, index) => !dropped.has(index));
  kept.splice(1, 0, told);
  return kept;
}

/** A phase or an undo that is over, or whose time has not come. */
const SETTLED = /^(├─|│ {5})\s?[·✔–] /u;

/** The places of `count` lines that give way: what is settled first. */
function chooseDropped(lines: string[], count: number): Set<number> {
  const between = [...lines.keys()].slice(1, -2);
  const settled = between.filter((index) => SETTLED.test(lines[index]!));
  const underWay = between.filter((index) => !settled.includes(index));
  const order = [...settled, ...underWay];
  return new Set(order.slice(0, count));
}
