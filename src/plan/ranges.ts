/** Addresses from which nobody comes over the internet. Source: IANA, "IPv4 Special-Purpose Address Registry". */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'];

/** Whether a range lies in one of addresses that the internet does not route. */
export function isPrivateRange(range: string): boolean {
  return PRIVATE.some((wider) => isPartOf(range, wider));
}

/** Whether all IPv4 addresses of a range, `10.1.0.0/16`, are in another. */
export function isPartOf(range: string, wider: string): boolean {
  const [address, bits] = range.split('/') as [string, string];
  const [network, widerBits] = wider.split('/') as [string, string];
  const size = 2 ** (32 - Number(widerBits));
  const block = (ipv4: string) => Math.floor(numberOf(ipv4) / size);
  return Number(bits) >= Number(widerBits) && block(address) === block(network);
}

/** Whether all addresses of a range are in others together, as those of 0.0.0.0/0 are in its two halves. */
export function isCovered(range: string, others: string[]): boolean {
  if (others.some((other) => isPartOf(range, other))) return true;
  const inside = others.filter((other) => isPartOf(other, range));
  return inside.length > 1 && halve(range).every((half) => isCovered(half, inside));
}

function halve(range: string): string[] {
  const [address, bits] = range.split('/') as [string, string];
  const start = numberOf(address);
  const size = 2 ** (31 - Number(bits));
  return [start, start + size].map((first) => `${writeAddress(first)}/${Number(bits) + 1}`);
}

const writeAddress = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

const numberOf = (ipv4: string): number => ipv4.split('.').reduce((number, part) => number * 256 + Number(part), 0);
