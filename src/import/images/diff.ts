/** Lines around a difference. */
const CONTEXT = 2;

interface Line {
  /** ` `, `-` or `+` */
  mark: string;
  text: string;
}

/** What differs between two texts, as `diff -u` writes it, without a heading; empty where nothing does. */
export function diffTexts(before: string, after: string): string {
  const lines = compareLines(before.trimEnd().split('\n'), after.trimEnd().split('\n'));
  const isShown = lines.map((_, index) => isNearChange(lines, index));
  const shown = lines.flatMap(({ mark, text }, index) => {
    if (isShown[index]) return [`${mark}${text}`.trimEnd()];
    return isShown[index - 1] ? ['…'] : [];
  });
  return lines.some(({ mark }) => mark !== ' ') ? shown.join('\n') : '';
}

function isNearChange(lines: Line[], index: number): boolean {
  const near = lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  return near.some(({ mark }) => mark !== ' ');
}

/** By the longest lines in common, which configurations are short enough for. */
function compareLines(before: string[], after: string[]): Line[] {
  const lengths = measureCommon(before, after);
  const lines: Line[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    if (left < before.length && before[left] === after[right]) {
      lines.push({ mark: ' ', text: before[left]! });
      left++;
      right++;
    } else if (left < before.length && isLeftNext(lengths, left, right, after.length)) {
      lines.push({ mark: '-', text: before[left]! });
      left++;
    } else {
      lines.push({ mark: '+', text: after[right]! });
      right++;
    }
  }
  return lines;
}

function isLeftNext(lengths: number[][], left: number, right: number, end: number): boolean {
  return right >= end || lengths[left + 1]![right]! >= lengths[left]![right + 1]!;
}

/** How many lines the rests from each pair of places have in common. */
function measureCommon(before: string[], after: string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let left = before.length - 1; left >= 0; left--) {
    for (let right = after.length - 1; right >= 0; right--) {
      const row = lengths[left]!;
      const below = lengths[left + 1]!;
      const isSame = before[left] === after[right];
      row[right] = isSame ? below[right + 1]! + 1 : Math.max(below[right]!, row[right + 1]!);
    }
  }
  return lengths;
}
