/** All that the pages of an answer hold; one page may be empty and lead to another. */
export async function collect<P, T>(
  pages: AsyncIterable<P>,
  list: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(list(page) ?? []));
  return found;
}
