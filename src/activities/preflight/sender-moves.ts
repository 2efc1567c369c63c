import { isIPv6 } from 'node:net';
import type { Move, PublishedPort, Sender } from '../../contract/senders';
import type { IngestPort } from '../../plan/ingest';
import { listSenderNames } from '../../plan/names';
import type { Plan } from '../../plan/schema';
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

/** What there is for senders: from where it is reached, and where it listens. */
export interface Ways {
  reach: Reach;
  listens: IngestPort[];
}

/**
 * How somebody who is connected to a host will move, why, and what to change. Whether he resolves a name can't be seen
 * on the host: where one of the plan leads to his port, he is taken to use it, and told so.
 */
export function judgeMove(plan: Plan, peer: FoundPeer, place: Place, ways: Ways): Sender {
  const { instanceId, port: published } = place;
  const name = ways.reach.names.get(peer.peer);
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
    ...explainMove(plan, peer, place, ways),
  };
}

type Verdict = Pick<Sender, 'move' | 'why' | 'change'>;

function explainMove(plan: Plan, peer: FoundPeer, { address }: Place, { reach, listens }: Ways): Verdict {
  if (peer.kind === 'host') return be('never', explainAgent());
  if (peer.kind === 'container') return be('never', explainContainer());
  const names = listSenderNames(plan);
  const { isInside, shownBy } = locate(peer.peer, reach);
  if (!isInside) return be('not', explainOutside(reach.vpcId));
  if (names.length === 0) return be('not', explainNoName(peer, address, plan.domain));
  if (listens.some(({ port, protocol }) => port === peer.port && protocol === 'tcp')) {
    return be(
      'by-name',
      explainByName(peer, names, {
        shownBy,
        isByIpv6: isIPv6(peer.peer),
      }),
    );
  }
  const ports = plan.ingest?.ports?.map(({ port }) => port);
  return be('not', ports ? explainUnlistened(peer, ports) : explainStranger(peer));
}

const be = (move: Move, reason: Omit<Verdict, 'move'>): Verdict => ({
  move,
  ...reason,
});
