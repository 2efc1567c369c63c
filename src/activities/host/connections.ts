import type { InputOf } from '../../contract/activities';
import type { ConnectionRequest, Peer } from '../../contract/hosts';
import type { Deps } from '../clients';
import { asWord, quoted } from '../curl';
import { heartbeat, sleep } from '../pacing';
import { findTaskAddresses } from '../probe/probe';
import { componentOf } from './component';
import { listContainers, publishedPorts, type Container, type Publisher } from './containers';
import { peersIn, type Door } from './peers';
import { OUTPUT_LIMIT, runScriptWell } from './ssm';

const POLL_MS = 3000;
/** Peers that a heartbeat carries. */
const PEERS_TOLD = 20;
const SUBNETS = "'{{range .IPAM.Config}}{{.Subnet}} {{end}}'";
const DOCKER_RANGES = `$(docker network inspect --format ${SUBNETS} $(docker network ls -q))`;
/** Prints the host's own addresses and the ranges of its Docker networks in one line. */
const PRINT_OWN_RANGES = [`echo "own 127.0.0.0/8 ::1 $(hostname -I) ${DOCKER_RANGES}" | tr "\\n" " "`, 'echo'];
/** A program that is not there must not look like nobody. */
const PRINT_CONNECTIONS = 'ss -Htn state established || exit 1';
/** Stands for the peers that SSM has cut off: more are there, rather than none. */
const CUT_OFF: Peer = {
  peer: 'others',
  port: 0,
  service: 'more than SSM can tell of',
  connections: 1,
};

/** A container with those of its published ports at which clients may be. */
interface Watched {
  container: Container;
  ports: Publisher[];
}

/**
 * Who is connected to ports of a host that take data or serve a record: busiest first,
 * without our own writer's tasks.
 */
export async function listConnections(deps: Deps, request: ConnectionRequest): Promise<Peer[]> {
  const ownWriter = await listWriterAddresses(deps, request);
  const peers = await readPeers(deps, request);
  const clients = peers.filter(({ peer }) => !ownWriter.includes(peer));
  return clients.sort(compareBusiness);
}

async function listWriterAddresses(deps: Deps, request: ConnectionRequest): Promise<string[]> {
  const { writer } = request;
  return writer ? findTaskAddresses(deps, writer.cluster, writer.service) : [];
}

function compareBusiness(a: Peer, b: Peer): number {
  const difference = b.connections - a.connections;
  return difference || a.peer.localeCompare(b.peer);
}

/** Looks until nobody is connected, or after `quietMs` until others than `seen` are. */
export async function watchConnections(deps: Deps, input: InputOf<'watchConnections'>): Promise<Peer[]> {
  const { seen, quietMs, ...request } = input;
  const { instanceId } = request;
  const began = Date.now();
  for (;;) {
    const peers = await listConnections(deps, request);
    heartbeat({ instanceId, peers: peers.slice(0, PEERS_TOLD) });
    if (peers.length === 0) return peers;
    const hasChanged = keyOf(peers) !== keyOf(seen);
    const isQuietOver = Date.now() - began >= quietMs;
    if (hasChanged && isQuietOver) return peers;
    await sleep(POLL_MS);
  }
}

function keyOf(peers: Peer[]): string {
  return peers
    .map(({ peer, port }) => `${peer} ${port}`)
    .sort()
    .join();
}

/**
 * A published port is forwarded into its container: the connection is in the container's
 * network, where the host's own ss does not see it; only what docker-proxy carries is in
 * the host's. So both are asked.
 */
async function readPeers(deps: Deps, request: ConnectionRequest): Promise<Peer[]> {
  const watched = await listWatched(deps, request);
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
  if (output.length >= OUTPUT_LIMIT) peers.push(CUT_OFF);
  return peers;
}

async function listWatched(deps: Deps, request: ConnectionRequest): Promise<Watched[]> {
  const purpose = 'connections: docker compose ps';
  const containers = await listContainers(deps, request, { purpose });
  const watched = containers.map((container) => {
    const ports = watchedPorts(container, request.recordPorts);
    return { container, ports };
  });
  return watched.filter(({ ports }) => ports.length > 0);
}

/** The ports at which a container takes data, or which serve a record. */
function watchedPorts(container: Container, recordPorts: number[]): Publisher[] {
  const component = componentOf(container);
  // of the six only Grafana takes no data
  const takesData = component !== undefined && component !== 'grafana';
  const ports = publishedPorts(container).filter(({ Protocol }) => Protocol === 'tcp');
  if (takesData) return ports;
  return ports.filter(({ PublishedPort }) => recordPorts.includes(PublishedPort));
}

/** Lines of shell that print who is connected inside a container's network. */
export function printContainerConnections({ Name, Service }: Container): string[] {
  const container = Name ?? Service;
  const pid = `$(docker inspect --format '{{.State.Pid}}' ${asWord(container)})`;
  return [`printf '%s\\n' ${quoted(`at ${Service}`)}`, `nsenter --target ${pid} --net ${PRINT_CONNECTIONS}`];
}

/** @param place the name of a service, or `host`, then the lines that ss printed there */
function peersAt(place: string, watched: Watched[], ownRanges: string[]): Peer[] {
  const [name = '', ...lines] = place.split('\n');
  const doors = name === 'host' ? doorsOnHost(watched) : doorsInside(name, watched);
  return peersIn(lines.join('\n'), doors, ownRanges);
}

function doorsOnHost(watched: Watched[]): Map<number, Door> {
  const doors = new Map<number, Door>();
  for (const { container, ports } of watched) {
    for (const { PublishedPort: port } of ports) {
      doors.set(port, { port, service: container.Service });
    }
  }
  return doors;
}

/** In a container's own network its clients come in at the target port. */
function doorsInside(service: string, watched: Watched[]): Map<number, Door> {
  const doors = new Map<number, Door>();
  const inside = watched.filter(({ container }) => container.Service === service);
  for (const { TargetPort, PublishedPort: port } of inside.flatMap(({ ports }) => ports)) {
    doors.set(TargetPort ?? port, { port, service });
  }
  return doors;
}
