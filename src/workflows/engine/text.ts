/** Characters that are kept of a text that somebody else wrote: an error of AWS, a question with many names. */
const LONGEST_TEXT = 2000;

/** What moves a cursor, ends a line or is half a character: nothing of it belongs into a line. */
const NO_TEXT = /[\p{Cc}\p{Surrogate}]+/gu;

/** One line of at most so many characters; what was cut is said. */
export function cutText(text: string, longest: number = LONGEST_TEXT): string {
  const kept = text.slice(0, longest).replace(NO_TEXT, ' ').trim();
  return text.length > longest ? `${kept}… (cut, ${text.length} characters)` : kept;
}

/** The same for what has several lines: the last words of a builder. */
export function cutLines(text: string): string {
  const [kept = '', more = ''] = [text.slice(0, LONGEST_TEXT), text.slice(LONGEST_TEXT)];
  const lines = kept.split('\n').map((line) => line.replace(NO_TEXT, ' ').trimEnd());
  const whole = lines.join('\n').trim();
  return more === '' ? whole : `${whole}… (cut, ${text.length} characters)`;
}
