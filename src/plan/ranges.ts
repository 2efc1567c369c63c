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

const numberOf = (ipv4: string): number => ipv4.split('.').reduce((number, part) => number * 256 + Number(part), 0);
