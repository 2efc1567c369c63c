/** Whether a zone of that name would answer for the other: it is the name itself, or a parent of it. */
export function isWithin(zone: string, name: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
