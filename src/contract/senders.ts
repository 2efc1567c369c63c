import type { ReceivedTotal } from '../analysis/received';
import type { ComponentName } from '../plan/components';
import type { AttemptsOf } from './attempts';
import type { HostStack, Peer } from './hosts';
import type { ProbePlace } from './probes';

/** A port that a host publishes to others than itself: those at which a stack's parts speak to each other are none. */
export interface PublishedPort {
  instanceId: string;
  port: number;
  protocol: 'tcp' | 'udp';
  /** where it is bound: `0.0.0.0`, `::`, or addresses of the host */
  addresses: string[];
  /** in the container */
  targetPort: number;
  /** the Compose service behind it */
  service: string;
  /** which of the six that is; absent: another one, as a proxy */
  component?: ComponentName;
}

/**
 * How somebody who is connected to a host comes to ECS: `by-name` when he connects again; `not`, until his
 * configuration is changed; `never`, since he stops with the host.
 */
export type Move = 'by-name' | 'not' | 'never';

/** Somebody who sends to a host, or asks it, at a port that is no user's. */
export interface Sender extends Peer {
  instanceId: string;
  /** the instance that has the address: `web-1 (i-0abc)` */
  name?: string;
  component?: ComponentName;
  move: Move;
  /** why it moves so */
  why: string;
  /** what to change for it to move */
  change: string;
}

/** Who uses what of the hosts. */
export interface SenderSurvey {
  ports: PublishedPort[];
  /** busiest first */
  senders: Sender[];
  /** hosts of which SSM could not tell all */
  cutOff: string[];
  /** ports at which one of the six ends TLS itself */
  tls: PublishedPort[];
}

/** The same in a history: the busiest, and how many were left out. */
export interface BoundSurvey extends SenderSurvey {
  left: number;
}

/** The name by which a plan accepts that somebody does not move. */
export const nameLoss = ({ peer, port }: Pick<Peer, 'peer' | 'port'>): string => `${peer}/${port}`;

/** A service that counts what it is sent, and its port for HTTP. */
export interface ReceivingService {
  service: string;
  component: ComponentName;
  port: number;
}

/** A port of the ingest, and whom preflight saw at the hosts' of those who move by a name. */
export interface SenderPort {
  port: number;
  /** of the plan */
  service: string;
  peers: string[];
}

/** Who must be seen at the hosts again, on the way back. */
export interface SendersBack {
  instances: string[];
  ports: SenderPort[];
  /** services on ECS to which something came; null: nobody could say, and ports where somebody was seen count */
  arrived: string[] | null;
}

/** Where what senders send ends. */
export interface SenderActivities {
  /** on the hosts, and through a probe on ECS: what each has received since it started, by its own counters */
  countReceived(input: {
    services: ReceivingService[];
    hosts: HostStack[];
    purpose: string;
    /** absent: ECS is not asked */
    probe?: ProbePlace;
  }): Promise<ReceivedTotal[]>;
  /** ends what is connected to a published port; whoever goes by an address may come back */
  resetConnections(input: { instanceId: string; port: number }): Promise<void>;
}

export const SENDER_ATTEMPTS: AttemptsOf<SenderActivities> = {
  countReceived: 'figure',
  resetConnections: 'waiting',
};
