import type { Finding, Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import type { PublishedPort, Sender, SenderSurvey } from '../../contract/senders';
import type { Plan } from '../../plan/schema';
import { listUserRecords } from '../../plan/names';
import { listUserPorts } from '../../plan/senders';
import { planIngestPorts } from '../../plan/ingest-ports';
import type { Deps } from '../clients';
import { isDenied, isFromElsewhere, normaliseError } from '../failures';
import { compareBusiness } from '../host/connections';
import { addHostPorts } from '../host/host-network';
import { listPublished } from '../host/published';
import { findPeers, type FoundPeer } from '../host/senders';
import { findPushPaths, type PushedThrough } from '../host/push-paths';
import { findTlsPorts } from '../host/tls';
import type { Look } from './finding';
import { lookAtHosts, type Hosts } from './hosts';
import { lookAtNetwork } from './network';
import { Reading, unlessDenied } from './reading';
import { NOWHERE_REACHED, readReach } from './reach';
import { judgeSenders } from './sender-findings';
import { judgeMove, type Place } from './sender-moves';
import { sayLocked, sayPushedThrough, sayUnlistable } from './texts/senders';

export interface SendersLook extends Look {
  survey: SenderSurvey;
  /** of the findings those that the survey does not show */
  beside: Finding[];
}

/** What of a plan's network and hosts was found before. */
interface Ground {
  hosts: Hosts;
  network: Network;
}

/** Who is connected to one host. */
interface HostLook extends Look {
  instanceId: string;
  ports: PublishedPort[];
  peers: FoundPeer[];
  /** of those of its ports that are published to others */
  tls: number[];
  /** by names of users */
  pushed: PushedThrough[];
  isCutOff: boolean;
}

/** Looks for everybody who uses what the hosts publish; changes nothing. */
export async function askSenders(deps: Deps, plan: Plan, owner: Owner): Promise<SendersLook> {
  try {
    const reading = new Reading(deps);
    const [{ network }, hosts] = await Promise.all([
      lookAtNetwork(reading.deps, plan),
      lookAtHosts(reading.deps, plan, owner),
    ]);
    const look = await lookAtSenders(reading.deps, plan, {
      hosts,
      network,
    });
    // what is as it has to be is preflight's to say
    const others = [...reading.listFindings(), ...hosts.findings].filter(({ level }) => level !== 'pass');
    return {
      ...look,
      findings: [...others, ...look.findings],
      beside: [...others, ...look.beside],
    };
  } catch (error) {
    throw normaliseError(error, 'senders', { name: plan.name });
  }
}

/** Who uses what the hosts publish, at ports that are no users', and how each will move. */
export async function lookAtSenders(deps: Deps, plan: Plan, ground: Ground): Promise<SendersLook> {
  const { hosts } = ground.hosts;
  const running = hosts.filter(({ state }) => state === 'running');
  const looks = await Promise.all(running.map(({ instanceId }) => lookAtHost(deps, plan, ground.hosts, instanceId)));
  const ports = looks.flatMap((look) => look.ports).filter((port) => !isUsers(plan, port));
  const senders = await unlessDenied(judgeMoves(deps, plan, ground, ports, looks));
  const survey = {
    ports,
    senders: (senders ?? []).sort(compareBusiness),
    cutOff: looks.filter(({ isCutOff }) => isCutOff).map(({ instanceId }) => instanceId),
    tls: looks.flatMap((look) => look.ports.filter((port) => look.tls.includes(port.port) && !isUsers(plan, port))),
  };
  const unlistable = looks.flatMap(({ findings }) => findings);
  const isAsked = senders !== undefined && looks.length > unlistable.length && !ground.hosts.isStackUnread;
  const pushed = looks.flatMap((look) => look.pushed.map((each) => judgePushed(look.instanceId, each)));
  const beside = [...unlistable, ...pushed];
  return {
    survey,
    beside,
    findings: [...beside, ...(isAsked ? judgeSenders(plan, survey) : [])],
  };
}

const judgePushed = (instanceId: string, pushed: PushedThrough): Finding =>
  pushed.paths.length > 0 ? sayPushedThrough(instanceId, pushed) : sayLocked(instanceId, pushed);

/** Users' names at whose port another program than the six answers: it may pass on more than users ask for. */
const listProxied = (plan: Plan, ports: PublishedPort[]): Plan['records'] =>
  listUserRecords(plan).filter((record) => ports.some(({ port, component }) => port === record.port && !component));

/** Users come in at Grafana, and at the ports of their names. */
function isUsers(plan: Plan, { port, component }: PublishedPort): boolean {
  return component === 'grafana' || listUserPorts(plan).includes(port);
}

/** A host that can't be asked hides no other. */
async function lookAtHost(deps: Deps, plan: Plan, { containers }: Hosts, instanceId: string): Promise<HostLook> {
  const listed = containers.filter((container) => container.instanceId === instanceId);
  try {
    const own = await addHostPorts(deps, instanceId, listed);
    const ports = listPublished(own);
    const { peers, isCutOff } = await findPeers(deps, instanceId, own, listUserPorts(plan));
    return {
      instanceId,
      ports,
      tls: await findTlsPorts(deps, instanceId, ports),
      pushed: await findPushPaths(deps, instanceId, listProxied(plan, ports)),
      peers,
      isCutOff,
      findings: [],
    };
  } catch (error) {
    if (isFromElsewhere(error) && !isDenied(error)) throw error;
    const { message } = error as Error;
    return {
      instanceId,
      ports: listPublished(listed),
      tls: [],
      pushed: [],
      peers: [],
      isCutOff: false,
      findings: isDenied(error) ? [] : [sayUnlistable(instanceId, message)],
    };
  }
}

async function judgeMoves(
  deps: Deps,
  plan: Plan,
  { hosts, network }: Ground,
  ports: PublishedPort[],
  looks: HostLook[],
): Promise<Sender[]> {
  const addressed = looks.flatMap(({ peers }) => peers.filter(({ kind }) => kind === 'address'));
  const isKnown = addressed.length > 0 && network.vpcId !== '';
  const addresses = addressed.map(({ peer }) => peer);
  const ways = {
    reach: isKnown ? await readReach(deps, network, addresses) : NOWHERE_REACHED,
    listens: planIngestPorts(plan, ports).ports,
  };
  return looks.flatMap(({ instanceId, peers }) =>
    peers.map((peer) => judgeMove(plan, peer, findPlace(hosts, ports, instanceId, peer), ways)),
  );
}

function findPlace({ hosts }: Hosts, ports: PublishedPort[], instanceId: string, peer: FoundPeer): Place {
  const host = hosts.find((candidate) => candidate.instanceId === instanceId);
  const port = ports.find((candidate) => candidate.instanceId === instanceId && candidate.port === peer.port);
  return {
    instanceId,
    address: host?.privateIp ?? host?.publicIp ?? instanceId,
    ...(port && { port }),
  };
}
