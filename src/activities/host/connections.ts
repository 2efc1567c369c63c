import type { Deps } from '../clients';
import { heartbeat, rest } from '../pacing';
import { componentOf } from './component';
import { addressesOf } from '../probe/probe';
import { OUTPUT_LIMIT, runScriptWell } from './ssm';
import { compose, containersOf, type Container } from './stack';
import type { Activities } from '../../contract/activities';
import type { ConnectionRequest, Peer } from '../../contract/hosts';

const POLL_MS = 3000;

/** Address and port of `10.0.3.4:5000`, `[::ffff:10.0.3.4]:5000`, `[fd00::1]:5000`. */
function endpoint(text: string): { address: string; port: number } | undefined {
  const [, inner, port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return inner === undefined
    ? undefined
    : { address: inner.replace(/^::ffff:/i, '').replace(/%.*$/, ''), port: Number(port) };
}

const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether an IPv4 address is in `172.18.0.0/16`, or is that very address. */
export function within(address: string, range: string): boolean {
  const [network, bits = '32'] = range.split('/') as [string, string?];
  if (address === network) return true;
  if (!/^[\d.]+$/.test(address) || !/^[\d.]+$/.test(network)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(network) / size);
}

/**
 * Peers in what `ss -Htn state established` printed, those of the host itself and of its docker networks left out.
 * @param ports local port → the published one and its service
 */
export function peersIn(output: string, ports: Map<number, { port: number; service: string }>, own: string[]): Peer[] {
  const peers = new Map<string, Peer>();
  for (const line of output.split('\n')) {
    // where the state is asked for, its column is left out: Recv-Q Send-Q Local Peer
    const [local, remote] = line.trim().split(/\s+/).slice(-2).map(endpoint);
    const door = local && ports.get(local.port);
    if (!door || !remote || own.some((range) => within(remote.address, range))) continue;
    const key = `${remote.address} ${door.port}`;
    peers.set(key, { peer: remote.address, ...door, connections: (peers.get(key)?.connections ?? 0) + 1 });
  }
  return [...peers.values()];
}

const tcp = ({ Publishers = [] }: Container) =>
  Publishers.filter(({ PublishedPort, Protocol }) => PublishedPort > 0 && Protocol === 'tcp');
const TAKES = ['mimir', 'loki', 'tempo', 'pyroscope', 'alloy'];

/** Who is still connected to a host: what clients send there stays there. */
export function connectionActivities(deps: Deps) {
  /**
   * A published port is forwarded into its container: the connection is in the container's network, where the host's own ss
   * does not see it; only what docker-proxy carries is in the host's. So both are asked.
   */
  async function peers(instanceId: string, directory: string, recordPorts: number[]): Promise<Peer[]> {
    const containers = containersOf(
      await runScriptWell(deps, instanceId, 'connections: docker compose ps', `${compose(directory)} ps --format json`),
    );
    const doors = containers
      .map((container) => ({
        container,
        published: tcp(container).filter(
          ({ PublishedPort }) => TAKES.includes(componentOf(container) ?? '') || recordPorts.includes(PublishedPort),
        ),
      }))
      .filter(({ published }) => published.length > 0);
    const script = [
      'echo "own 127.0.0.0/8 ::1 $(hostname -I) $(docker network inspect --format \'{{range .IPAM.Config}}{{.Subnet}} {{end}}\' $(docker network ls -q))" | tr "\\n" " "',
      'echo',
      // a program that is not there must not look like nobody
      'echo "at host"',
      'ss -Htn state established || exit 1',
      ...doors.flatMap(({ container: { Name, Service } }) => [
        `echo "at ${Service}"`,
        `nsenter --target $(docker inspect --format '{{.State.Pid}}' ${Name ?? Service}) --net ss -Htn state established || exit 1`,
      ]),
    ].join('\n');
    const output = await runScriptWell(deps, instanceId, 'connections: ss', script);
    const [own = '', ...places] = output.split(/^at /m);
    const ranges = own.replace(/^own /, '').trim().split(/\s+/);
    const found = places.flatMap((place) => {
      const [name = '', ...lines] = place.split('\n');
      const of = (local: 'TargetPort' | 'PublishedPort', only?: string) =>
        new Map(
          doors
            .filter(({ container }) => only === undefined || container.Service === only)
            .flatMap(({ container, published }) =>
              published.map(
                (door) =>
                  [
                    door[local] ?? door.PublishedPort,
                    { port: door.PublishedPort, service: container.Service },
                  ] as const,
              ),
            ),
        );
      return peersIn(lines.join('\n'), name === 'host' ? of('PublishedPort') : of('TargetPort', name), ranges);
    });
    // cut output hides peers: say that there are more rather than that there are none
    return output.length >= OUTPUT_LIMIT
      ? [...found, { peer: 'others', port: 0, service: 'more than SSM can tell of', connections: 1 }]
      : found;
  }

  /** Busiest first, without our own writer's tasks. */
  async function list({ instanceId, composeDirectory, recordPorts, writer }: ConnectionRequest): Promise<Peer[]> {
    const ours = writer ? await addressesOf(deps, writer.cluster, writer.service) : [];
    const found = (await peers(instanceId, composeDirectory, recordPorts)).filter(({ peer }) => !ours.includes(peer));
    return found.sort((a, b) => b.connections - a.connections || a.peer.localeCompare(b.peer));
  }

  return {
    listConnections: list,

    async watchConnections({ seen, quietMs, ...request }) {
      const key = (found: Peer[]) =>
        found
          .map(({ peer, port }) => `${peer} ${port}`)
          .sort()
          .join();
      const began = Date.now();
      for (;;) {
        const found = await list(request);
        heartbeat({ instanceId: request.instanceId, peers: found.slice(0, 20) });
        if (found.length === 0 || (key(found) !== key(seen) && Date.now() - began >= quietMs)) return found;
        await rest(POLL_MS);
      }
    },
  } satisfies Partial<Activities>;
}
