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
 * Peers in what `ss -Htn state established` printed.
 * @param doors local port → the published port and its service
 */
export function peersIn(output: string, doors: Map<number, Door>): Peer[] {
  const peers = new Map<string, Peer>();
  for (const line of output.split('\n')) {
    // where the state is asked for, its column is left out: Recv-Q Send-Q Local Peer
    const ends = line.trim().split(/\s+/).slice(-2);
    const [local, remote] = ends.map(parseEndpoint);
    if (!local || !remote) continue;
    const door = doors.get(local.port);
    if (!door) continue;
    const key = `${remote.address} ${door.port}`;
    const counted = peers.get(key)?.connections ?? 0;
    peers.set(key, {
      peer: remote.address,
      ...door,
      connections: counted + 1,
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
  const address = inner
    .replace(/^::ffff:/i, '') // an IPv4 address as a socket for both says it
    .replace(/%.*$/, ''); // the interface
  return {
    address,
    port: Number(port),
  };
}
