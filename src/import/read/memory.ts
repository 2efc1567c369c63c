const BYTES: Record<string, number> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
};
const GIGABYTE = 2 ** 30;

/** GB of Compose's byte values: 512m, 2gb, 1073741824; undefined for what is none. */
export function parseGigabytes(text: string): number | undefined {
  const match = /^([\d.]+)\s*([bkmg]?)b?$/i.exec(text);
  if (!match) return undefined;
  const [, number, unit = ''] = match;
  const bytes = Number(number) * BYTES[unit.toLowerCase()]!;
  return bytes / GIGABYTE;
}
