/** Characters that are kept of a text that somebody else wrote: an error of AWS, a question with many names. */
const LONGEST_TEXT = 2000;

/** What moves a cursor, ends a line or is half a character: nothing of it belongs into a line. */
const NO_TEXT = /[\p{Cc}\p{Surrogate}]+/gu;

/** One line of at most so many characters; what was cut is said. */
export function cutText(text: string, longest: number = LONGEST_TEXT): string {
  return cut(text, longest, cleanLine);
}

/** The same for what has several lines: the last words of a builder. */
export function cutLines(text: string): string {
  return cut(text, LONGEST_TEXT, (kept) => kept.split('\n').map(cleanLine).join('\n'));
}

const cleanLine = (line: string): string => line.replace(NO_TEXT, ' ').trimEnd();

function cut(text: string, longest: number, clean: (kept: string) => string): string {
  const kept = clean(text.slice(0, longest)).trim();
  return text.length > longest ? `${kept}… (cut, ${text.length} characters)` : kept;
}
