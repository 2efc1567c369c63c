import { BlockList, isIP, isIPv4 } from 'node:net';
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

/** Whether an address, of IPv4 or IPv6, is one of these, or in one of these CIDR ranges; what is no address is in none. */
export function isWithinAny(address: string, ranges: string[]): boolean {
  if (!isIP(address)) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const [network, bits] = range.split('/') as [string, string?];
    if (!isIP(network)) continue;
    if (bits === undefined) list.addAddress(network, familyOf(network));
    else list.addSubnet(network, Number(bits), familyOf(network));
  }
  return list.check(address, familyOf(address));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

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
