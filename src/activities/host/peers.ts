import type { Peer } from '../../contract/hosts';

/** A published port and the service behind it. */
export interface Door {
  port: number;
  service: string;
}

interface Endpoint {
  address: string;
  port: number;
}

/**
 * Peers in lines of `<local port> <peer> <connections>`.
 * @param doors local port → the published port and its service
 */
export function peersIn(output: string, doors: Map<number, Door>): Peer[] {
  const peers = new Map<string, Peer>();
  for (const line of output.split('\n')) {
    const [, local, inner, count] = /^(\d+) \[?([^\s\]]+)\]?\S* (\d+)$/.exec(line.trim()) ?? [];
    const door = doors.get(Number(local));
    if (!door || inner === undefined) continue;
    const peer = shortenAddress(inner);
    const key = `${peer} ${door.port}`;
    const counted = peers.get(key)?.connections ?? 0;
    peers.set(key, {
      peer,
      ...door,
      connections: counted + Number(count),
    });
  }
  return [...peers.values()];
}

/** Whether an address is one of these, or in one of these CIDR ranges. */
export function isWithinAny(address: string, ranges: string[]): boolean {
  return ranges.some((range) => isWithin(address, range));
}

/** Whether an IPv4 address is in `172.18.0.0/16`, or is that very address. */
export function isWithin(address: string, range: string): boolean {
  const [network, bits = '32'] = range.split('/') as [string, string?];
  if (address === network) return true;
  if (!isIpv4(address) || !isIpv4(network)) return false;
  const size = 2 ** (32 - Number(bits));
  const block = (ipv4: string) => Math.floor(numberOf(ipv4) / size);
  return block(address) === block(network);
}

function isIpv4(address: string): boolean {
  return /^[\d.]+$/.test(address);
}

function numberOf(ipv4: string): number {
  const parts = ipv4.split('.').map(Number);
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Address and port of `10.0.3.4:5000`, `[::ffff:10.0.3.4]:5000`, `[fd00::1%eth0]:5000`. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, inner, port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  if (inner === undefined) return undefined;
  return {
    address: shortenAddress(inner),
    port: Number(port),
  };
}

function shortenAddress(address: string): string {
  return address
    .replace(/^::ffff:/i, '') // an IPv4 address as a socket for both says it
    .replace(/%.*$/, ''); // the interface
}
