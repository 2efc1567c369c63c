/**
 * Whether a text is of a pattern with AWS's wildcards: `*` is any text, `?` one character. Without a regular expression,
 * which takes hours over a pattern of many stars: here a star gives way to the next one for good.
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  const star = {
    index: -1,
    taken: 0,
  };
  let index = 0;
  let read = 0;
  while (read < text.length) {
    const wanted = pattern[index];
    if (wanted === '*') {
      star.index = index++;
      star.taken = read;
    } else if (wanted === '?' || wanted === text[read]) {
      index++;
      read++;
    } else if (star.index >= 0) {
      index = star.index + 1;
      read = ++star.taken;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(index));
}
