import type { PublishedPort, Sender } from '../../contract/senders';
import type { Plan } from '../../plan/schema';
import { readIngest } from '../../plan/senders';
import type { FoundPeer } from '../host/senders';
import { locate, type Reach } from './reach';
import {
  explainAgent,
  explainByName,
  explainContainer,
  explainNoName,
  explainOutside,
  explainStranger,
  explainUnlistened,
} from './texts/senders';

/** Where somebody sends: the host, and what it publishes there. */
export interface Place {
  instanceId: string;
  /** absent: bound to loopback */
  port?: PublishedPort;
  /** that of the host, for a name of the senders' own */
  address: string;
}

/**
 * How somebody who is connected to a host will move, why, and what to change. Whether he resolves a name can't be seen
 * on the host: where one of the plan leads to his port, he is taken to use it, and told so.
 */
export function judgeMove(plan: Plan, peer: FoundPeer, place: Place, reach: Reach): Sender {
  const { instanceId, port: published } = place;
  const name = reach.names.get(peer.peer);
  const sender = {
    peer: peer.peer,
    port: peer.port,
    service: peer.service,
    connections: peer.connections,
    instanceId,
    ...(published?.component && { component: published.component }),
    ...(name !== undefined && { name }),
  };
  return {
    ...sender,
    ...explainMove(plan, peer, place, reach),
  };
}

type Verdict = Pick<Sender, 'move' | 'why' | 'change'>;

function explainMove(plan: Plan, peer: FoundPeer, { port, address }: Place, reach: Reach): Verdict {
  if (peer.kind === 'host')
    return {
      move: 'never',
      ...explainAgent(),
    };
  if (peer.kind === 'container')
    return {
      move: 'never',
      ...explainContainer(),
    };
  const { names, ports } = readIngest(plan);
  const { isInside, shownBy } = locate(peer.peer, reach);
  if (!isInside)
    return {
      move: 'not',
      ...explainOutside(reach.vpcId),
    };
  if (names.length === 0)
    return {
      move: 'not',
      ...explainNoName(peer, address, plan.domain),
    };
  if (ports && !ports.includes(peer.port))
    return {
      move: 'not',
      ...explainUnlistened(peer, ports),
    };
  if (!ports && !port?.component)
    return {
      move: 'not',
      ...explainStranger(peer),
    };
  return {
    move: 'by-name',
    ...explainByName(peer, names, shownBy),
  };
}
