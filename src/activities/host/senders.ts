import type { Peer } from '../../contract/hosts';
import { INTERNAL_PORTS } from '../../plan/components';
import type { Deps } from '../clients';
import { componentOf } from './component';
import { publishedPorts, type Container } from './containers';
import { isWithinAny } from './peers';
import { ON_HOST, readSockets, type SeenPeer, type Sockets, type Watched } from './sockets';

/** What an agent on the host itself is called. */
const LOCALHOST = 'localhost';

/** Somebody connected to a host's port, by whatever it is known. */
export interface FoundPeer extends Peer {
  /** `address`: elsewhere; `host`: a program on the host; `container`: one on the host that is no part of the stack */
  kind: 'address' | 'host' | 'container';
}

/** Who is connected to the ports of a stack that take data. */
export interface FoundPeers {
  peers: FoundPeer[];
  /** SSM has cut it: more are there */
  isCutOff: boolean;
}

/**
 * Who sends to a stack, or asks it, at ports that are no users': agents on the host itself too, which no name moves.
 * The stack's own containers are left out, but those that publish nothing and are none of the six: such as promtail.
 * @param userPorts published ports that serve users' names
 */
export async function findPeers(
  deps: Deps,
  instanceId: string,
  containers: Container[],
  userPorts: number[],
): Promise<FoundPeers> {
  const watched = containers.map((container) => watch(container, userPorts)).filter(({ ports }) => ports.length > 0);
  if (watched.length === 0)
    return {
      peers: [],
      isCutOff: false,
    };
  const sockets = await readSockets(deps, instanceId, 'senders: ss', watched, { isRecent: true });
  const stack = containers.filter(isServing).map(({ Name, Service }) => Name ?? Service);
  const found = sockets.peers.flatMap((peer) => identify(peer, sockets, stack));
  return {
    peers: merge(found),
    isCutOff: sockets.isCutOff,
  };
}

/** Ports bound to loopback too: agents on the host send there. */
function watch(container: Container, userPorts: number[]): Watched {
  const isUsers = componentOf(container) === 'grafana';
  const ports = publishedPorts(container).filter(
    ({ Protocol, PublishedPort, TargetPort }) =>
      Protocol === 'tcp' && !userPorts.includes(PublishedPort) && !INTERNAL_PORTS.includes(TargetPort ?? PublishedPort),
  );
  return {
    container,
    ports: isUsers ? [] : ports,
  };
}

/** Asks for others, or is one of the six: what it sends moves with the stack. */
const isServing = (container: Container): boolean =>
  componentOf(container) !== undefined || publishedPorts(container).length > 0;

/** @returns nobody for the stack itself */
function identify({ place, ...peer }: SeenPeer, sockets: Sockets, stack: string[]): FoundPeer[] {
  const { own, containers } = sockets;
  const name = containers.get(peer.peer);
  if (name !== undefined) {
    return stack.includes(name)
      ? []
      : [
          {
            ...peer,
            peer: name,
            kind: 'container',
          },
        ];
  }
  const addresses = own.filter((range) => !range.includes('/'));
  if (isWithinAny(peer.peer, ['127.0.0.0/8', ...addresses])) {
    // whom docker-proxy brings into a container's network was counted where he came to the host
    return place !== ON_HOST && isSeenOnHost(peer, sockets)
      ? []
      : [
          {
            ...peer,
            peer: LOCALHOST,
            kind: 'host',
          },
        ];
  }
  const isContainer = isWithinAny(peer.peer, own);
  return [
    {
      ...peer,
      kind: isContainer ? 'container' : 'address',
    },
  ];
}

const isSeenOnHost = ({ port }: Peer, { peers }: Sockets): boolean =>
  peers.some((other) => other.place === ON_HOST && other.port === port);

function merge(found: FoundPeer[]): FoundPeer[] {
  const peers = new Map<string, FoundPeer>();
  for (const peer of found) {
    const key = `${peer.peer} ${peer.port}`;
    const connections = peer.connections + (peers.get(key)?.connections ?? 0);
    peers.set(key, {
      ...peer,
      connections,
    });
  }
  return [...peers.values()];
}
