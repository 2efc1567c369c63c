import type { Peer } from '../../contract/hosts';
import type { Deps } from '../clients';
import { asWord, quoted } from '../curl';
import { ADDRESSES } from './component';
import type { Container, Publisher } from './containers';
import { peersIn, type Door } from './peers';
import { OUTPUT_LIMIT, runScriptWell } from './ssm';

const SUBNETS = "'{{range .IPAM.Config}}{{.Subnet}} {{end}}'";
const DOCKER_RANGES = `$(docker network inspect --format ${SUBNETS} $(docker network ls -q))`;
/** Prints the host's own addresses and the ranges of its Docker networks in one line. */
const PRINT_OWN_RANGES = [`echo "own 127.0.0.0/8 ::1 $(hostname -I) ${DOCKER_RANGES}" | tr "\\n" " "`, 'echo'];
/** Prints the name and the addresses of each container that runs, of whatever stack, a line each. */
const PRINT_CONTAINERS = `docker inspect --format '{{.Name}} ${ADDRESSES}' $(docker ps -q)`;
const LIST_CONNECTIONS = 'ss -Htn state established';
/** Also those that the host has closed within the last minute: senders may open one for each push. */
const LIST_RECENT = `${LIST_CONNECTIONS} state time-wait`;
/**
 * Counts at these ports by port and peer: SSM would cut thousands of lines. Where the state is asked for, ss leaves its
 * column out: Recv-Q Send-Q Local Peer.
 */
const COUNT_CONNECTIONS = [
  `count() { awk -v "ports= $1 " '`,
  'NF > 1 { port = $(NF - 1); sub(".*:", "", port); peer = $NF; sub(":[0-9]+$", "", peer)',
  'if (index(ports, " " port " ")) found[port " " peer]++ }',
  `END { for (each in found) print each, found[each] }'; }`,
];
/** The place of what is connected to the host itself, and not inside a container's network. */
export const ON_HOST = 'host';

/** A container with those of its published ports at which somebody may be connected. */
export interface Watched {
  container: Container;
  ports: Publisher[];
}

/** Somebody connected, and the network in which that was seen: the host's, or that of a service's container. */
export interface SeenPeer extends Peer {
  place: string;
}

/** What a host is asked for. */
interface AskedSockets {
  /** those too that were closed within a minute: in TIME-WAIT, where the host closed them */
  isRecent?: boolean;
}

/** What a host tells of its connections. */
export interface Sockets {
  peers: SeenPeer[];
  /** the host's addresses and ranges, those of its Docker networks with them */
  own: string[];
  /** address → the container that has it, of any stack */
  containers: Map<string, string>;
  /** SSM has cut it: more are there */
  isCutOff: boolean;
}

/**
 * Asks a host who is connected. A published port is forwarded into its container: the connection is in the container's
 * network, where the host's own ss does not see it; only what docker-proxy carries is in the host's. So both are asked.
 */
export async function readSockets(
  deps: Deps,
  instanceId: string,
  purpose: string,
  watched: Watched[],
  asked: AskedSockets = {},
): Promise<Sockets> {
  const output = await runScriptWell(deps, instanceId, purpose, writeSocketsQuestion(watched, asked));
  const [head = '', ...places] = output.split(/^at /m);
  const [own = '', ...containers] = head.split('\n');
  return {
    peers: places.flatMap((place) => peersAt(place, watched)),
    own: own.replace(/^own /, '').trim().split(/\s+/),
    containers: new Map(containers.flatMap(readContainer)),
    isCutOff: output.length >= OUTPUT_LIMIT,
  };
}

/** The script that prints the host's addresses, its containers, and who is connected where. */
export function writeSocketsQuestion(watched: Watched[], { isRecent = false }: AskedSockets = {}): string {
  const list = isRecent ? LIST_RECENT : LIST_CONNECTIONS;
  const inside = watched.filter(({ container }) => !container.isOnHost);
  return [
    ...COUNT_CONNECTIONS,
    ...PRINT_OWN_RANGES,
    PRINT_CONTAINERS,
    `echo "at ${ON_HOST}"`,
    ...printConnections(list, listPorts(doorsOnHost(watched))),
    ...inside.flatMap((each) => printContainerConnections(each, list)),
  ].join('\n');
}

function printContainerConnections({ container, ports }: Watched, list: string): string[] {
  const { Name, Service } = container;
  const pid = `$(docker inspect --format '{{.State.Pid}}' ${asWord(Name ?? Service)})`;
  const listening = listPorts(
    doorsInside([
      {
        container,
        ports,
      },
    ]),
  );
  return [
    `printf '%s\\n' ${quoted(`at ${Service}`)}`,
    ...printConnections(`nsenter --target ${pid} --net ${list}`, listening),
  ];
}

/** A program that is not there must not look like nobody. */
function printConnections(list: string, ports: number[]): string[] {
  return [`found=$(${list}) || exit 1`, `printf '%s\\n' "$found" | count '${ports.join(' ')}'`];
}

const listPorts = (doors: Map<number, Door>): number[] => [...doors.keys()];

/** @param line `/lgtm-mimir-1 172.18.0.2 ` */
function readContainer(line: string): [address: string, name: string][] {
  const [name = '', ...addresses] = line.trim().split(/\s+/);
  return addresses.map((address) => [address, name.replace(/^\//, '')]);
}

/** @param place the name of a service, or `host`, then the lines that were counted there */
function peersAt(place: string, watched: Watched[]): SeenPeer[] {
  const [name = '', ...lines] = place.split('\n');
  const inside = watched.filter(({ container }) => container.Service === name);
  const doors = name === ON_HOST ? doorsOnHost(watched) : doorsInside(inside);
  const peers = peersIn(lines.join('\n'), doors);
  return peers.map((peer) => ({
    ...peer,
    place: name,
  }));
}

const doorsOnHost = (watched: Watched[]): Map<number, Door> => listDoors(watched, ({ PublishedPort }) => PublishedPort);

/** In a container's own network its clients come in at the target port. */
const doorsInside = (watched: Watched[]): Map<number, Door> =>
  listDoors(watched, ({ TargetPort, PublishedPort }) => TargetPort ?? PublishedPort);

function listDoors(watched: Watched[], portOf: (publisher: Publisher) => number): Map<number, Door> {
  const doors = new Map<number, Door>();
  for (const { container, ports } of watched) {
    for (const publisher of ports) {
      doors.set(portOf(publisher), {
        port: publisher.PublishedPort,
        service: container.Service,
      });
    }
  }
  return doors;
}
