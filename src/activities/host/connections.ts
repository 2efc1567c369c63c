import type { InputOf } from '../../contract/activities';
import type { ConnectionRequest, Peer } from '../../contract/hosts';
import { nameLoss } from '../../contract/senders';
import type { Deps } from '../clients';
import { heartbeat, sleep } from '../pacing';
import { findTaskAddresses } from '../probe/probe';
import { componentOf } from './component';
import { listContainers, publishedPorts, type Container, type Publisher } from './containers';
import { addHostPorts } from './host-network';
import { isWithinAny } from './peers';
import { readSockets, type SeenPeer, type Watched } from './sockets';

const POLL_MS = 3000;
/** Peers that a heartbeat carries. */
const PEERS_TOLD = 20;
/** Stands for the peers that SSM has cut off: more are there, rather than none. */
const CUT_OFF: Peer = {
  peer: 'others',
  port: 0,
  service: 'more than SSM can tell of',
  connections: 1,
};

/**
 * Who is connected to ports of a host that take data or serve a record: busiest first,
 * without our own writer's tasks.
 */
export async function listConnections(deps: Deps, request: ConnectionRequest): Promise<Peer[]> {
  const ownWriter = await listWriterAddresses(deps, request);
  const peers = await readPeers(deps, request);
  const clients = peers.filter((peer) => counts(peer, request) && !ownWriter.includes(peer.peer));
  return clients.sort(compareBusiness);
}

function counts(peer: Peer, { ports, without }: ConnectionRequest): boolean {
  return (ports?.includes(peer.port) ?? true) && !without?.includes(nameLoss(peer));
}

async function listWriterAddresses(deps: Deps, request: ConnectionRequest): Promise<string[]> {
  const { writer } = request;
  return writer ? findTaskAddresses(deps, writer.cluster, writer.service) : [];
}

/** The busiest first. */
export function compareBusiness(a: Peer, b: Peer): number {
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
    heartbeat({
      instanceId,
      peers: peers.slice(0, PEERS_TOLD),
    });
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

async function readPeers(deps: Deps, request: ConnectionRequest): Promise<Peer[]> {
  const watched = await listWatched(deps, request);
  const { peers, own, isCutOff } = await readSockets(deps, request.instanceId, 'connections: ss', watched);
  const others = peers.filter(({ peer }) => !isWithinAny(peer, own));
  const told = others.map(toPeer);
  return isCutOff ? [...told, CUT_OFF] : told;
}

const toPeer = ({ peer, port, service, connections }: SeenPeer): Peer => ({
  peer,
  port,
  service,
  connections,
});

async function listWatched(deps: Deps, request: ConnectionRequest): Promise<Watched[]> {
  const purpose = 'connections: docker compose ps';
  const listed = await listContainers(deps, request, { purpose });
  const containers = await addHostPorts(deps, request.instanceId, listed);
  const watched = containers.map((container) => {
    const ports = watchedPorts(container, request.recordPorts);
    return {
      container,
      ports,
    };
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
