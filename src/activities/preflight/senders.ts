import type { Network } from '../../contract/findings';
import type { Owner } from '../../contract/resources';
import type { PublishedPort, Sender, SenderSurvey } from '../../contract/senders';
import type { Plan } from '../../plan/schema';
import { listUserPorts } from '../../plan/senders';
import { planIngestPorts } from '../../plan/ingest-ports';
import type { Deps } from '../clients';
import { isFromElsewhere, normaliseError } from '../failures';
import { compareBusiness } from '../host/connections';
import { addHostPorts } from '../host/host-network';
import { listPublished } from '../host/published';
import { findPeers, type FoundPeer } from '../host/senders';
import { findTlsPorts } from '../host/tls';
import type { Look } from './finding';
import { lookAtHosts, type Hosts } from './hosts';
import { lookAtNetwork } from './network';
import { NOWHERE_REACHED, readReach } from './reach';
import { judgeSenders } from './sender-findings';
import { judgeMove, type Place } from './sender-moves';
import { sayUnlistable } from './texts/senders';

export interface SendersLook extends Look {
  survey: SenderSurvey;
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
  isCutOff: boolean;
}

/** Looks for everybody who uses what the hosts publish; changes nothing. */
export async function askSenders(deps: Deps, plan: Plan, owner: Owner): Promise<SendersLook> {
  try {
    const [{ network }, hosts] = await Promise.all([lookAtNetwork(deps, plan), lookAtHosts(deps, plan, owner)]);
    return await lookAtSenders(deps, plan, {
      hosts,
      network,
    });
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
  const senders = await judgeMoves(deps, plan, ground, ports, looks);
  const survey = {
    ports,
    senders: senders.sort(compareBusiness),
    cutOff: looks.filter(({ isCutOff }) => isCutOff).map(({ instanceId }) => instanceId),
    tls: looks.flatMap((look) => look.ports.filter((port) => look.tls.includes(port.port) && !isUsers(plan, port))),
  };
  const unlistable = looks.flatMap(({ findings }) => findings);
  const isAsked = looks.length > unlistable.length;
  return {
    survey,
    findings: [...unlistable, ...(isAsked ? judgeSenders(plan, survey) : [])],
  };
}

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
      peers,
      isCutOff,
      findings: [],
    };
  } catch (error) {
    if (isFromElsewhere(error)) throw error;
    return {
      instanceId,
      ports: listPublished(listed),
      tls: [],
      peers: [],
      isCutOff: false,
      findings: [sayUnlistable(instanceId, (error as Error).message)],
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
