import leven from 'leven';

/**
 * The known key that a misspelled one most likely means;
 * undefined when none is close.
 */
export function findNearest(key: string, known: readonly string[]): string | undefined {
  const tolerated = Math.max(2, key.length / 3);
  const distanceTo = (name: string) => leven(key.toLowerCase(), name.toLowerCase());
  const [closest] = known
    .map((name) => ({ name, distance: distanceTo(name) }))
    .filter(({ distance }) => distance <= tolerated)
    .sort((a, b) => a.distance - b.distance);
  return closest?.name;
}
