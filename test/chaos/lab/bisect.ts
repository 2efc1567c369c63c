/** What still differs, and how. */
interface Found<T> {
  items: T[];
  problems: string[];
}

/**
 * Repeats what differed with half of its items, until one is left or neither half differs by itself.
 * @param problems of all of them
 * @param attempt with some of them
 */
export async function findSmallest<T>(
  items: T[],
  problems: string[],
  attempt: (some: T[]) => Promise<string[]>,
): Promise<Found<T>> {
  if (items.length <= 1)
    return {
      items,
      problems,
    };
  const middle = Math.ceil(items.length / 2);
  for (const half of [items.slice(0, middle), items.slice(middle)]) {
    const found = await attempt(half);
    if (found.length > 0) return findSmallest(half, found, attempt);
  }
  return {
    items,
    problems,
  };
}
