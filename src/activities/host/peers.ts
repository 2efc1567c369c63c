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
 * Peers in what `ss -Htn state established` printed, those of the host itself and of its Docker networks left out.
 * @param doors local port → the published port and its service
 * @param ownRanges addresses and CIDR ranges of the host
 */
export function peersIn(output: string, doors: Map<number, Door>, ownRanges: string[]): Peer[] {
  const peers = new Map<string, Peer>();
  for (const line of output.split('\n')) {
    // where the state is asked for, its column is left out: Recv-Q Send-Q Local Peer
    const [local, remote] = line.trim().split(/\s+/).slice(-2).map(parseEndpoint);
    const door = local && doors.get(local.port);
    if (!door || !remote) continue;
    if (ownRanges.some((range) => isWithin(remote.address, range))) continue;
    const key = `${remote.address} ${door.port}`;
    const counted = peers.get(key)?.connections ?? 0;
    peers.set(key, { peer: remote.address, ...door, connections: counted + 1 });
  }
  return [...peers.values()];
}

/** Whether an IPv4 address is in `172.18.0.0/16`, or is that very address. */
export function isWithin(address: string, range: string): boolean {
  const [network, bits = '32'] = range.split('/') as [string, string?];
  if (address === network) return true;
  if (!isIpv4(address) || !isIpv4(network)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(network) / size);
}

function isIpv4(address: string): boolean {
  return /^[\d.]+$/.test(address);
}

function numberOf(ipv4: string): number {
  return ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Address and port of `10.0.3.4:5000`, `[::ffff:10.0.3.4]:5000`, `[fd00::1%eth0]:5000`. */
function parseEndpoint(text: string): Endpoint | undefined {
  const [, inner, port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  if (inner === undefined) return undefined;
  const address = inner.replace(/^::ffff:/i, '').replace(/%.*$/, '');
  return { address, port: Number(port) };
}
