import type { InputOf } from '../../contract/activities';
import type { ConnectionRequest, Peer } from '../../contract/hosts';
import type { Deps } from '../clients';
import { heartbeat, rest } from '../pacing';
import { findTaskAddresses } from '../probe/probe';
import { componentOf } from './component';
import { listContainers, publishedPorts, type Container, type Publisher } from './containers';
import { peersIn, type Door } from './peers';
import { OUTPUT_LIMIT, runScriptWell } from './ssm';

const POLL_MS = 3000;
/** Peers that a heartbeat carries. */
const PEERS_TOLD = 20;
/** Prints the host's own addresses and the ranges of its Docker networks in one line. */
const PRINT_OWN_RANGES = [
  'echo "own 127.0.0.0/8 ::1 $(hostname -I) ' +
    "$(docker network inspect --format '{{range .IPAM.Config}}{{.Subnet}} {{end}}' $(docker network ls -q))\"" +
    ' | tr "\\n" " "',
  'echo',
];
/** A program that is not there must not look like nobody. */
const PRINT_CONNECTIONS = 'ss -Htn state established || exit 1';
/** Stands for the peers that SSM has cut off: more are there, rather than none. */
const CUT_OFF: Peer = { peer: 'others', port: 0, service: 'more than SSM can tell of', connections: 1 };

/** A container with those of its published ports at which clients may be. */
interface Watched {
  container: Container;
  ports: Publisher[];
}

/** Who is connected to ports of a host that take data or serve a record: busiest first, without our own writer's tasks. */
export async function listConnections(deps: Deps, request: ConnectionRequest): Promise<Peer[]> {
  const { writer } = request;
  const ownWriter = writer ? await findTaskAddresses(deps, writer.cluster, writer.service) : [];
  const peers = await readPeers(deps, request);
  return peers
    .filter(({ peer }) => !ownWriter.includes(peer))
    .sort((a, b) => b.connections - a.connections || a.peer.localeCompare(b.peer));
}

/** Looks until nobody is connected, or until others than `seen` are, after `quietMs` at the earliest. */
export async function watchConnections(deps: Deps, input: InputOf<'watchConnections'>): Promise<Peer[]> {
  const { seen, quietMs, ...request } = input;
  const began = Date.now();
  for (;;) {
    const peers = await listConnections(deps, request);
    heartbeat({ instanceId: request.instanceId, peers: peers.slice(0, PEERS_TOLD) });
    if (peers.length === 0) return peers;
    if (keyOf(peers) !== keyOf(seen) && Date.now() - began >= quietMs) return peers;
    await rest(POLL_MS);
  }
}

function keyOf(peers: Peer[]): string {
  return peers
    .map(({ peer, port }) => `${peer} ${port}`)
    .sort()
    .join();
}

/**
 * A published port is forwarded into its container: the connection is in the container's network, where the host's own
 * ss does not see it; only what docker-proxy carries is in the host's. So both are asked.
 */
async function readPeers(deps: Deps, request: ConnectionRequest): Promise<Peer[]> {
  const containers = await listContainers(deps, request, { purpose: 'connections: docker compose ps' });
  const watched = containers
    .map((container) => ({ container, ports: watchedPorts(container, request.recordPorts) }))
    .filter(({ ports }) => ports.length > 0);
  const script = [
    ...PRINT_OWN_RANGES,
    'echo "at host"',
    PRINT_CONNECTIONS,
    ...watched.flatMap(({ container }) => printContainerConnections(container)),
  ].join('\n');
  const output = await runScriptWell(deps, request.instanceId, 'connections: ss', script);
  const [own = '', ...places] = output.split(/^at /m);
  const ownRanges = own.replace(/^own /, '').trim().split(/\s+/);
  const peers = places.flatMap((place) => peersAt(place, watched, ownRanges));
  return output.length >= OUTPUT_LIMIT ? [...peers, CUT_OFF] : peers;
}

/** The ports at which a container takes data, or which serve a record. */
function watchedPorts(container: Container, recordPorts: number[]): Publisher[] {
  const component = componentOf(container);
  // of the six only Grafana takes no data
  const takesData = component !== undefined && component !== 'grafana';
  return publishedPorts(container).filter(
    ({ PublishedPort, Protocol }) => Protocol === 'tcp' && (takesData || recordPorts.includes(PublishedPort)),
  );
}

function printContainerConnections({ Name, Service }: Container): string[] {
  const pid = `$(docker inspect --format '{{.State.Pid}}' ${Name ?? Service})`;
  return [`echo "at ${Service}"`, `nsenter --target ${pid} --net ${PRINT_CONNECTIONS}`];
}

/** @param place the name of a service, or `host`, then the lines that ss printed there */
function peersAt(place: string, watched: Watched[], ownRanges: string[]): Peer[] {
  const [name = '', ...lines] = place.split('\n');
  const isHost = name === 'host';
  const there = isHost ? watched : watched.filter(({ container }) => container.Service === name);
  const doors = there.flatMap(({ container, ports }) =>
    ports.map((port): [number, Door] => [
      isHost ? port.PublishedPort : (port.TargetPort ?? port.PublishedPort),
      { port: port.PublishedPort, service: container.Service },
    ]),
  );
  return peersIn(lines.join('\n'), new Map(doors), ownRanges);
}
