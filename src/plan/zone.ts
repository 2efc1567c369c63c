/** Whether a zone of that name would answer for the other: it is the name itself, or a parent of it. */
export function isWithin(zone: string, name: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** What a name lies under, the nearest first. */
export function listParents(name: string): string[] {
  const labels = name.split('.').slice(1);
  return labels.map((_, index) => labels.slice(index).join('.'));
}
